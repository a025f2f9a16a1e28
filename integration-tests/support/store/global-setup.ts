import { openKeeper, type Keeper } from "./keeper"
import { prepareTemplate } from "./template-database"

declare global {
  var ipnTestKeeper: Keeper | undefined
}

/** Once per run: the database that every spec copies, and the desk where they ask for a running store. */
export default async function setup(): Promise<void> {
  const started = Date.now()
  process.stderr.write("Preparing the database that the specs copy ...\n")
  process.env.IPN_TEST_TEMPLATE ??= await prepareTemplate()
  globalThis.ipnTestKeeper ??= await openKeeper()
  process.env.IPN_TEST_KEEPER = globalThis.ipnTestKeeper.url
  process.stderr.write(`Prepared in ${Math.round((Date.now() - started) / 1000)} s\n`)
}

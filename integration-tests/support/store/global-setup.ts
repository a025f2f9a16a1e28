import { openKeeper, type Keeper } from "./keeper"

declare global {
  var ipnTestKeeper: Keeper | undefined
}

/** Once per run: the keeper of the database that every spec copies, and of the stores that specs have in common. */
export default async function setup(): Promise<void> {
  globalThis.ipnTestKeeper ??= await openKeeper()
  process.env.IPN_TEST_KEEPER = globalThis.ipnTestKeeper.url
}

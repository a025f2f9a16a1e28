import { dropDatabase } from "./database"

/** Once per run: stops the stores that were kept. The template goes too, unless somebody keeps it for quick runs on a server of their own. */
export default async function teardown(): Promise<void> {
  const { ipnTestKeeper } = globalThis
  globalThis.ipnTestKeeper = undefined
  await ipnTestKeeper?.stop()
  const { IPN_TEST_TEMPLATE, IPN_TEST_KEEP_TEMPLATE } = process.env
  if (IPN_TEST_TEMPLATE && !IPN_TEST_KEEP_TEMPLATE) await dropDatabase(IPN_TEST_TEMPLATE)
}

/** Once per run: stops what was kept. */
export default async function teardown(): Promise<void> {
  const { ipnTestKeeper } = globalThis
  globalThis.ipnTestKeeper = undefined
  await ipnTestKeeper?.stop()
}

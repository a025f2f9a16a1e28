import { join, resolve } from "node:path"
import { startPostgres } from "./postgres"

/**
 * `npm run postgres`: keeps a Postgres for quick test runs while developing. Prints what to export in another
 * terminal, so that `npm test -- <name>` finds the migrated database again instead of making it every time.
 */
async function main(): Promise<void> {
  const dataDir = join(resolve(__dirname, ".."), ".demo", "development-postgres")
  const { host, port, user, password, stop } = await startPostgres({ dataDir, durable: false })
  const settings = {
    DB_HOST: host,
    DB_PORT: port,
    DB_USERNAME: user,
    DB_PASSWORD: password,
    IPN_TEST_KEEP_TEMPLATE: 1,
  }
  const exports = Object.entries(settings).map(([name, value]) => `${name}=${value}`)
  console.log(`export ${exports.join(" ")}`)
  await new Promise((stopped) => {
    const waiting = setInterval(() => undefined, 60_000)
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        clearInterval(waiting)
        stopped(signal)
      })
    }
  })
  await stop()
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})

import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Pool } from "pg"
import { freePort } from "../../../scripts/free-port"
import { accountsAt, type Accounts } from "./accounts"
import { createDatabase, type Database } from "./database"
import { askKeeper } from "./ask-keeper"
import { startMedusa, type Medusa } from "./medusa"
import { offerAllProviders, readSeeded } from "./seeded"
import { openStore, type Store } from "./store"

export type StoreOptions = Readonly<{
  /** Default: a new copy of the seeded template, dropped at `stop`. A second store on the same database is a second instance. */
  database?: Pick<Database, "url">
  /** Default: a free one. */
  port?: number
  env?: Readonly<Record<string, string | undefined>>
  /** Where the gateways of accounts are played, by account. */
  simulators?: Readonly<Record<string, string>>
  /** Instead of the demo's accounts; notify URLs are filled in. */
  accounts?: Accounts
  /** Where what Medusa writes goes besides {@link OwnStore.logs}. */
  logFile?: string
}>

/** A running store in a process of its own, with the words to use it. */
export type OwnStore = Store &
  Readonly<{
    pid: number
    /** All that Medusa wrote since its last start. */
    logs(): string
    /** Sends a signal to Medusa: SIGKILL is a crash, SIGTERM a deploy. */
    kill(signal: NodeJS.Signals): void
    /** Resolves once Medusa is gone. */
    exited(): Promise<number>
    /** Starts Medusa again, on the same database and port; what still runs is stopped first. */
    restart(env?: Readonly<Record<string, string | undefined>>): Promise<OwnStore>
    /** Stops Medusa and drops the database that was made for it. */
    stop(): Promise<void>
  }>

/** Starts this repository as a store, seeded, on the loopback address. */
export async function startStore(options: StoreOptions = {}): Promise<OwnStore> {
  const own = options.database ? undefined : await createSeededDatabase()
  const database = options.database ?? own
  if (!database) throw new Error("unreachable: one of both is there")
  const port = options.port ?? (await freePort())
  const folder = mkdtempSync(join(tmpdir(), "ipn-store-"))
  const accounts = accountsAt(`http://localhost:${port}`, options)
  const accountsFile = join(folder, "accounts.json")
  writeFileSync(accountsFile, JSON.stringify(accounts, null, 2))
  const sql = new Pool({ connectionString: database.url, max: 4 })
  sql.on("error", () => undefined)

  const boot = (env: StoreOptions["env"]) =>
    startMedusa({
      databaseUrl: database.url,
      port,
      env: { IPN_ACCOUNTS_FILE: accountsFile, ...options.env, ...env },
      ...(options.logFile === undefined ? {} : { logFile: options.logFile }),
    })
  const close = async () => {
    await sql.end()
    rmSync(folder, { recursive: true, force: true })
    await own?.drop()
  }
  const around = async (medusa: Medusa): Promise<OwnStore> => {
    await offerAllProviders(sql)
    const store = openStore({
      baseUrl: medusa.baseUrl,
      sql,
      databaseUrl: database.url,
      accounts,
      seeded: await readSeeded(sql),
    })
    return {
      ...store,
      pid: medusa.pid,
      logs: medusa.output,
      kill: medusa.kill,
      exited: () => medusa.exited,
      async restart(env) {
        await medusa.stop()
        return around(await boot(env))
      },
      async stop() {
        await medusa.stop()
        await close()
      },
    }
  }
  try {
    return await around(await boot({}))
  } catch (error) {
    await close()
    throw error
  }
}

/** A copy of the seeded database: of the one that IPN_TEST_TEMPLATE names, or that the run's keeper has made. */
export async function createSeededDatabase(): Promise<Database> {
  return createDatabase({ template: process.env.IPN_TEST_TEMPLATE ?? (await askKeeper("/template")) })
}

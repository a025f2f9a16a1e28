import { readFileSync, writeFileSync } from "node:fs"
import {
  createDatabase,
  databaseUrl,
  dropDatabase,
  hasDatabase,
  readDatabaseUrl,
  renameDatabase,
  type DatabaseServer,
} from "../integration-tests/support/store/database"
import { migrate, seed } from "../integration-tests/support/store/medusa"
import { schemaFingerprint } from "../integration-tests/support/store/template-database"
import { startPostgres } from "../scripts/postgres"
import { demoFiles } from "./demo-folder"
import { during } from "./progress"

/** The demo's database, and how to stop the server that was started for it. */
export type DemoDatabase = Readonly<{ url: string; stop(): Promise<void> }>

type Place = Readonly<{ server: DatabaseServer; name: string; stop(): Promise<void> }>

/**
 * Opens the demo's database, migrated and filled; from the second start on that is a matter of a second. It lies in an
 * embedded Postgres, or where IPN_DEMO_DATABASE_URL says.
 */
export async function openDemoDatabase(fresh: boolean): Promise<DemoDatabase> {
  const { server, name, stop } = await openPlace()
  const url = databaseUrl(server, name)
  try {
    if (fresh) await dropDatabase(name, server)
    if (!(await hasDatabase(name, server))) await createDemoDatabase(server, name)
    else if (readSchema() !== schemaFingerprint()) {
      await during("Bringing the database up to date", () => migrate({ ...program(url), isNew: false }))
      writeFileSync(demoFiles.schema, schemaFingerprint())
    }
    return { url, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function openPlace(): Promise<Place> {
  const { IPN_DEMO_DATABASE_URL: elsewhere } = process.env
  if (elsewhere) return { ...readDatabaseUrl(elsewhere), stop: () => Promise.resolve() }
  const server = await during("Starting Postgres", () => startPostgres({ dataDir: demoFiles.postgres }))
  return { server, name: "demo", stop: server.stop }
}

/** Made under another name first, so that a start that was cut short leaves nothing half filled. */
async function createDemoDatabase(server: DatabaseServer, name: string): Promise<void> {
  const unfinished = `${name}_unfinished`
  const at = program(databaseUrl(server, unfinished))
  await dropDatabase(unfinished, server)
  await createDatabase({ name: unfinished }, server)
  await during("Creating Medusa's tables, once", () => migrate({ ...at, isNew: true }))
  await during("Filling the store with products, once", () => seed(at))
  await renameDatabase(unfinished, name, server)
  writeFileSync(demoFiles.schema, schemaFingerprint())
}

function program(url: string) {
  return { databaseUrl: url, logFile: demoFiles.storeLog }
}

function readSchema(): string | undefined {
  try {
    return readFileSync(demoFiles.schema, "utf8")
  } catch {
    return undefined
  }
}

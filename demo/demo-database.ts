import { readFileSync, writeFileSync } from "node:fs"
import {
  createDatabase,
  dropDatabase,
  hasDatabase,
  renameDatabase,
} from "../integration-tests/support/store/database"
import { migrate, seed } from "../integration-tests/support/store/medusa"
import { schemaFingerprint } from "../integration-tests/support/store/template-database"
import { startPostgres, type Postgres } from "../scripts/postgres"
import { demoFiles } from "./demo-folder"
import { during } from "./progress"

const name = "demo"

/** The demo's Postgres with its database, migrated and filled; from the second start on that is a matter of a second. */
export async function openDemoDatabase(): Promise<Readonly<{ postgres: Postgres; databaseUrl: string }>> {
  const postgres = await during("Starting Postgres", () => startPostgres({ dataDir: demoFiles.postgres }))
  const databaseUrl = postgres.url(name)
  try {
    if (!(await hasDatabase(name, postgres))) await createDemoDatabase(postgres)
    else if (readSchema() !== schemaFingerprint()) {
      await during("Bringing the database up to date", () =>
        migrate({ ...program(databaseUrl), isNew: false })
      )
      writeFileSync(demoFiles.schema, schemaFingerprint())
    }
    return { postgres, databaseUrl }
  } catch (error) {
    await postgres.stop()
    throw error
  }
}

/** Made under another name first, so that a start that was cut short leaves nothing half filled. */
async function createDemoDatabase(postgres: Postgres): Promise<void> {
  const unfinished = `${name}_unfinished`
  const at = program(postgres.url(unfinished))
  await dropDatabase(unfinished, postgres)
  await createDatabase({ name: unfinished }, postgres)
  await during("Creating Medusa's tables, once", () => migrate({ ...at, isNew: true }))
  await during("Filling the store with products, once", () => seed(at))
  await renameDatabase(unfinished, name, postgres)
  writeFileSync(demoFiles.schema, schemaFingerprint())
}

function program(databaseUrl: string) {
  return { databaseUrl, logFile: demoFiles.storeLog }
}

function readSchema(): string | undefined {
  try {
    return readFileSync(demoFiles.schema, "utf8")
  } catch {
    return undefined
  }
}

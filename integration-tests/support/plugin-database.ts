import { readdirSync } from "node:fs"
import { join } from "node:path"
import { knex, type Knex } from "@medusajs/framework/mikro-orm/knex"
import type { Migration } from "@medusajs/framework/mikro-orm/migrations"
import { Pool } from "pg"
import { repository } from "./store/child-process"
import { createDatabase, type Database } from "./store/database"

/** A database that holds the plugin's tables and nothing else: for what needs Postgres and no store. */
export type PluginDatabase = Readonly<{ db: Knex; pool: Pool; url: string; drop(): Promise<void> }>

const migrations = join(repository, "src", "modules", "ipn", "migrations")

/** Runs one migration as Medusa does, in one transaction. */
export async function migrate(db: Knex, file: string, way: "up" | "down"): Promise<void> {
  const module = (await import(join(migrations, file))) as Record<
    string,
    new (...none: unknown[]) => Migration
  >
  const migration = new (Object.values(module)[0]!)()
  await migration[way]()
  await db.transaction(async (transaction) => {
    for (const query of migration.getQueries()) await transaction.raw(String(query))
  })
}

/** Creates the plugin's tables as its migrations make them, in a database of their own. */
export async function createPluginDatabase(): Promise<PluginDatabase> {
  const database: Database = await createDatabase()
  const db = knex({ client: "pg", connection: database.url, pool: { min: 0, max: 8 } })
  const files = readdirSync(migrations).filter((file) => /^Migration\d+\.ts$/.test(file))
  for (const file of files.sort()) await migrate(db, file, "up")
  const pool = new Pool({ connectionString: database.url, max: 4 })
  return {
    db,
    pool,
    url: database.url,
    async drop() {
      await pool.end()
      await db.destroy()
      await database.drop()
    },
  }
}

import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { Pool, type PoolConfig } from "@medusajs/framework/pg"

/**
 * Connections to Medusa's database beside Medusa's own, so that neither side waits for the other's. Those that nobody
 * uses are closed after ten seconds.
 */
export function openPool(db: Knex, size: number, more: PoolConfig = {}): Pool {
  const connection = db.client.config.connection as Record<string, unknown>
  const pool = new Pool({
    ...connection,
    max: size,
    idleTimeoutMillis: 10_000,
    allowExitOnIdle: true,
    ...more,
  })
  pool.on("error", () => undefined) // a connection that dies while idle is replaced at the next use
  return pool
}

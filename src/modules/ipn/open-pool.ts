import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { Pool, type PoolConfig } from "@medusajs/framework/pg"

/** How Medusa's database is reached. */
export type DatabaseAddress = Readonly<Record<string, unknown>>

export function addressOf(db: Knex): DatabaseAddress {
  return db.client.config.connection as DatabaseAddress
}

/**
 * Connections to Medusa's database beside Medusa's own, so that neither side waits for the other's. Those that nobody
 * uses are closed after ten seconds.
 */
export function openPool(address: DatabaseAddress, size: number, more: PoolConfig = {}): Pool {
  const pool = new Pool({
    ...address,
    max: size,
    idleTimeoutMillis: 10_000,
    allowExitOnIdle: true,
    ...more,
  })
  pool.on("error", () => undefined) // a connection that dies while idle is replaced at the next use
  return pool
}

import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { Pool, type PoolConfig } from "@medusajs/framework/pg"

/** How Medusa's database is reached, and where in it Medusa's tables lie. */
export type DatabaseAddress = Readonly<{
  connection: Readonly<Record<string, unknown>>
  /** `databaseSchema` of medusa-config. Medusa sets it on its own connections; on ours tables are named with it. */
  schema?: string
}>

export function addressOf(db: Knex): DatabaseAddress {
  const { connection, searchPath } = db.client.config as {
    connection: Record<string, unknown>
    searchPath?: unknown
  }
  return { connection: shown(connection), ...(typeof searchPath === "string" ? { schema: searchPath } : {}) }
}

/**
 * Connections to Medusa's database beside Medusa's own, so that neither side waits for the other's. Those that nobody
 * uses are closed after ten seconds.
 */
export function openPool({ connection }: DatabaseAddress, size: number, more: PoolConfig = {}): Pool {
  const pool = new Pool({
    ...shown(connection),
    max: size,
    idleTimeoutMillis: 10_000,
    allowExitOnIdle: true,
    ...more,
  })
  pool.on("error", () => undefined) // a connection that dies while idle is replaced at the next use
  return pool
}

/**
 * A copy with all that there is: knex and pg hide a password and the key of a TLS certificate from logs, and so from
 * copies too, in the very objects that they are given.
 */
function shown(connection: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { password, ssl } = connection
  return {
    ...connection,
    ...(password === undefined ? {} : { password }),
    ...(typeof ssl === "object" && ssl !== null ? { ssl: { ...ssl, ...keyOf(ssl) } } : {}),
  }
}

function keyOf(ssl: { key?: unknown }): { key?: unknown } {
  return ssl.key === undefined ? {} : { key: ssl.key }
}

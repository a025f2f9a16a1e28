import { Client, type Pool } from "pg"
import { waitUntil } from "./store/wait-until"

/** The lock under which the plugin works on a cart, an order or a payment, held as another process would. */
export type HeldLock = Readonly<{
  /** Resolves once the store waits for it. */
  awaited(): Promise<void>
  release(): Promise<void>
}>

/** Takes the lock of a subject once it is free. */
export async function takeLock(databaseUrl: string, subject: string): Promise<HeldLock> {
  const holder = new Client({ connectionString: databaseUrl })
  holder.on("error", () => undefined) // a spec that failed drops the database under it
  await holder.connect()
  await holder.query("begin")
  await holder.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [`ipn:${subject}`])
  return {
    async awaited() {
      await waitUntil(
        `somebody waits for the lock of ${subject}`,
        async () => (await holder.query(`select ${locksOf} where not granted`, [subject])).rows.length > 0,
        { withinMs: 15_000 }
      )
    },
    release: () => holder.end(),
  }
}

/** Whether somebody holds the lock of a subject. */
export async function isLocked(sql: Pool, subject: string): Promise<boolean> {
  return ((await sql.query(`select ${locksOf} where granted`, [subject])).rowCount ?? 0) > 0
}

/** Ends the connection that holds the lock of a subject, as a failover or a limit of the server does. */
export async function endLockOf(sql: Pool, subject: string): Promise<void> {
  const { rowCount } = await sql.query(
    `select pg_terminate_backend(pid, 10000) from (select ${locksOf} where granted) as holders`,
    [subject]
  )
  if (rowCount !== 1) throw new Error(`${rowCount} hold the lock of ${subject}`)
}

/** How Postgres shows an advisory lock of 64 bits: https://www.postgresql.org/docs/current/view-pg-locks.html */
const locksOf = `pid from (
    select pid, granted, classid, objid from pg_locks
    where locktype = 'advisory' and objsubid = 1
      and database = (select oid from pg_database where datname = current_database())
  ) as locks
  join (select hashtextextended('ipn:' || $1, 0) as key) as subject
    on classid = ((key >> 32) & 4294967295)::oid and objid = (key & 4294967295)::oid`

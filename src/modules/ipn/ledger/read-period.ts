import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { readEntries, selectEntries, whereEntries, type LedgerEntry, type LedgerFilter } from "./entries"

/** How many entries are read at a time: what an export holds in memory. */
const chunkSize = 1_000

/** All entries that a filter finds, the oldest first, in chunks. What is posted while reading is left for the next time. */
export async function* readChunks(db: Knex, filter: LedgerFilter): AsyncGenerator<LedgerEntry[]> {
  const where = whereEntries(filter)
  const { rows } = await db.raw("select now()::text as until")
  const until = (rows as { until: string }[])[0]!.until
  let last: string | undefined
  for (;;) {
    const after = last
      ? "and (entry.occurred_at, entry.id) > (select occurred_at, id from ipn_ledger_entry where id = ?)"
      : ""
    const { rows } = await db.raw(
      `${selectEntries}
       where ${where.sql} and entry.created_at <= ?::timestamptz ${after}
       order by entry.occurred_at, entry.id limit ${chunkSize}`,
      [...where.bindings, until, ...(last ? [last] : [])]
    )
    const entries = readEntries<LedgerEntry>(rows)
    if (entries.length > 0) yield entries
    if (entries.length < chunkSize) return
    last = entries.at(-1)!.id
  }
}

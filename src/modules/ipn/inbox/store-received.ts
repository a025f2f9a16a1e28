import { codeOf } from "../../../receiver/describe-error"
import { createUlids } from "../../../receiver/ulids"

const ulid = createUlids()

/** What runs a statement and resolves after its commit: a pool or a connection of `pg`. */
type Database = Readonly<{
  query(statement: { name?: string; text: string; values: unknown[] }): Promise<unknown>
}>

/**
 * Stores messages, each call in one commit: one row of one table, whatever they are. That is all that stands between a
 * gateway's call and its acknowledgement; {@link Sorting} does the rest.
 * @param schema Where the table lies; left out, the connection's own setting counts.
 */
export function createStoreReceived(
  db: Database,
  schema?: string
): (entries: readonly string[]) => Promise<void> {
  const where = schema === undefined ? "" : `"${schema.replaceAll('"', '""')}".`
  // Read and planned once by each connection: a tenth more is acknowledged. Named after the schema too, for behind a
  // pooler another store of the same database may have prepared its own; such a name has at most 63 letters.
  let name: string | undefined = `${where}ipn_store_received`.slice(0, 63)

  return async function storeReceived(entries) {
    const statement = {
      text: `insert into ${where}ipn_intake (id, entries) values ($1, $2)`,
      values: [`ipnint_${ulid()}`, `[${entries.join(",")}]`],
    }
    try {
      await db.query({ ...statement, ...(name ? { name } : {}) })
    } catch (error) {
      if (!name || !isPreparedElsewhere(error)) throw error
      name = undefined
      await db.query(statement)
    }
  }
}

/**
 * Behind a pooler that gives each transaction another connection to Postgres, one may not know what was prepared on
 * another, or know it already. Nothing was stored then
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html, 26000 and 42P05).
 */
function isPreparedElsewhere(error: unknown): boolean {
  return ["26000", "42P05"].includes(codeOf(error) ?? "")
}

import type { Received } from "../../../receiver/received"
import { createUlids } from "../../../receiver/ulids"
import type { Payloads } from "../privacy/payloads"
import { redactText } from "../privacy/redact-text"
import { eventRow } from "./store-events"

const ulid = createUlids()

/** What runs a statement and resolves after its commit: a pool or a connection of `pg`. */
type Database = Readonly<{
  query(statement: { name?: string; text: string; values: unknown[] }): Promise<unknown>
}>

/** What is stored of one message, as JSON: its row, and the rows of the events that it told. */
export function entryOf(received: Received, payloads: Pick<Payloads, "protect">): string {
  const { id, accountId, gatewayId, message, verdict, events, unreadable } = received
  const { receivedAt } = message
  const { kind, ...detail } = verdict
  return JSON.stringify({
    id,
    account_id: accountId,
    gateway_id: gatewayId,
    method: message.method,
    ...payloads.protect(received),
    ip: message.ip,
    proof: kind,
    proof_detail: detail,
    unreadable: unreadable === undefined ? null : redactText(unreadable),
    received_at: receivedAt.toISOString(),
    told: events.map((event) => eventRow({ accountId, messageId: id, event, receivedAt })),
  })
}

/**
 * Stores messages, each call in one commit: one row of one table, whatever they are. That is all that stands between a
 * gateway's call and its acknowledgement; {@link sortIntake} does the rest.
 */
export function createStoreReceived(db: Database): (entries: readonly string[]) => Promise<void> {
  // Read and planned once by each connection: a tenth more is acknowledged.
  let name: string | undefined = "ipn_store_received"

  return async function storeReceived(entries) {
    const statement = {
      text: "insert into ipn_intake (id, entries) values ($1, $2)",
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
  return error instanceof Error && "code" in error && (error.code === "26000" || error.code === "42P05")
}

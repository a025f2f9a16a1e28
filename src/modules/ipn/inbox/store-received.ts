import type { Received } from "../../../receiver/received"
import { createUlids } from "../../../receiver/ulids"
import type { Payloads } from "../privacy/payloads"
import { redactText } from "../privacy/redact-text"
import { eventRow } from "./store-events"

const ulid = createUlids()

/** What runs a statement and resolves after its commit: a pool or a connection of `pg`. */
type Database = Readonly<{ query(sql: string, values: unknown[]): Promise<unknown> }>

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
 * Stores messages in one commit: one row of one table, whatever they are. That is all that stands between a gateway's
 * call and its acknowledgement; {@link sortIntake} does the rest.
 */
export async function storeReceived(db: Database, entries: readonly string[]): Promise<void> {
  await db.query("insert into ipn_intake (id, entries) values ($1, $2)", [
    `ipnint_${ulid()}`,
    `[${entries.join(",")}]`,
  ])
}

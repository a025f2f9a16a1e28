import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { Statement } from "../inbox/statement"

/** One statement about a payment as people read it. Amounts are decimal strings in major units. */
export type ListedEvent = Readonly<{
  id: string
  type: string
  lane_id: string
  /** The message that told it first; nothing when we asked the gateway. */
  message_id: string | null
  source: "message" | "asked"
  outcome: string | null
  outcome_reason: string | null
  test: boolean
  amount: string | null
  currency_code: string | null
  fee: string | null
  net: string | null
  /** What the gateway says of the whole payment so far. */
  totals: Readonly<{ authorized?: string; captured?: string; refunded?: string }> | null
  reference: string | null
  gateway_reference: string | null
  /** The gateway's id of the refund, dispute, payout or capture. */
  resource: string | null
  reason_code: string | null
  reason_text: string | null
  due_at: Date | null
  occurred_at: Date
  received_at: Date
  settled_at: Date | null
}>

/** The events of a message or of lanes, in the order in which they happened; at most 500. */
export async function readEventRows(
  db: Knex,
  of: Readonly<{ messageId: string }> | Readonly<{ laneIds: readonly string[] }>
): Promise<ListedEvent[]> {
  const where =
    "messageId" in of
      ? { sql: "message_id = ?", bindings: [of.messageId] }
      : { sql: "lane_id = any(?::text[])", bindings: [[...of.laneIds]] }
  const { rows } = await db.raw(
    `select id, type, lane_id, message_id, statement, outcome, outcome_reason, occurred_at, received_at, settled_at
     from ipn_payment_event where ${where.sql} and deleted_at is null order by occurred_at, id limit 500`,
    where.bindings
  )
  return (rows as EventRow[]).map(({ statement, ...row }) => {
    const { money, fee, net, totals } = statement
    return {
      ...row,
      source: row.message_id ? "message" : "asked",
      test: statement.test,
      amount: money?.amount ?? null,
      currency_code: (money ?? fee ?? net)?.currency ?? null,
      fee: fee?.amount ?? null,
      net: net?.amount ?? null,
      totals: totals
        ? {
            ...(totals.authorized ? { authorized: totals.authorized.amount } : {}),
            ...(totals.captured ? { captured: totals.captured.amount } : {}),
            ...(totals.refunded ? { refunded: totals.refunded.amount } : {}),
          }
        : null,
      reference: statement.reference ?? null,
      gateway_reference: statement.gatewayPayment ?? null,
      resource: statement.resource ?? null,
      reason_code: statement.reason?.code ?? null,
      reason_text: statement.reason?.text ?? null,
      due_at: statement.dueAt ? new Date(statement.dueAt) : null,
    }
  })
}

type EventRow = Pick<
  ListedEvent,
  | "id"
  | "type"
  | "lane_id"
  | "message_id"
  | "outcome"
  | "outcome_reason"
  | "occurred_at"
  | "received_at"
  | "settled_at"
> & { statement: Statement }

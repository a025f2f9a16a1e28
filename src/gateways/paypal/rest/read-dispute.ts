import type { Dispute } from "./objects"
import type { Statement } from "./statement"

/**
 * What a dispute says of each of its transactions. It is told by the transaction, as classic messages tell it: a
 * dispute told by both is one.
 */
export function readDispute(dispute: Dispute, eventType: string): Statement[] {
  const outcome = dispute.dispute_outcome?.outcome_code
  const type = typeOf(eventType, outcome)
  const isOpen = type === "dispute.opened" || type === "dispute.updated"
  const transactions = dispute.disputed_transactions ?? []
  const occurredAt =
    type === "dispute.opened" ? dispute.create_time : (dispute.update_time ?? dispute.create_time)
  const reason = (isOpen ? undefined : outcome) ?? dispute.reason
  return transactions.map((transaction) => {
    const amount = transactions.length === 1 ? dispute.dispute_amount : transaction.gross_amount
    const when = type === "dispute.updated" ? (dispute.update_time?.toISOString() ?? "") : (outcome ?? "")
    return {
      key: ["dispute", dispute.dispute_id, transaction.seller_transaction_id, type, when].join(":"),
      type,
      ...(transaction.custom ? { reference: transaction.custom } : {}),
      gatewayPayment: transaction.seller_transaction_id,
      resource: transaction.seller_transaction_id,
      ...(amount ? { money: amount } : {}),
      ...(occurredAt ? { occurredAt } : {}),
      ...(isOpen && dispute.seller_response_due_date ? { dueAt: dispute.seller_response_due_date } : {}),
      ...(reason ? { reason: { code: reason } } : {}),
    }
  })
}

/**
 * An outcome that does not say who keeps the money decides nothing: the money itself is told by reversals.
 * https://developer.paypal.com/api/customer-disputes/v1/definitions/dispute_outcome_code (read 2026-11-22)
 */
function typeOf(eventType: string, outcome: string | null | undefined): Statement["type"] {
  if (eventType === "CUSTOMER.DISPUTE.CREATED") return "dispute.opened"
  if (eventType !== "CUSTOMER.DISPUTE.RESOLVED") return "dispute.updated"
  switch (outcome) {
    case "RESOLVED_BUYER_FAVOUR":
    case "ACCEPTED":
      return "dispute.lost"
    case "RESOLVED_SELLER_FAVOUR":
    case "CANCELED_BY_BUYER":
    case "DENIED":
      return "dispute.won"
    default:
      return "dispute.updated"
  }
}

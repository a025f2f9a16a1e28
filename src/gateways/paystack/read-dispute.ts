import type { Dispute } from "./objects"
import { referenceIn } from "./reference"
import type { Statement } from "./read-transaction"
import { fromSubunits } from "./subunits"

/**
 * What a dispute says. Resolved as `declined` the merchant kept the money; accepted by the merchant, or by Paystack
 * because nobody answered in time, it went back. https://paystack.com/docs/payments/manage-disputes/
 */
export function readDispute(dispute: Dispute, event: string): Statement {
  const { transaction } = dispute
  const type = typeOf(dispute, event)
  const isOpen = type === "dispute.opened" || type === "dispute.updated"
  const at = dispute.resolvedAt ?? (type === "dispute.opened" ? dispute.created_at : dispute.updated_at)
  return {
    type,
    test: dispute.domain !== "live",
    ...referenceIn(transaction.metadata),
    gatewayPayment: transaction.reference,
    resource: dispute.id,
    money: fromSubunits(
      dispute.refund_amount ?? transaction.amount,
      dispute.currency ?? transaction.currency
    ),
    ...(at ? { occurredAt: at } : {}),
    ...(isOpen && dispute.dueAt ? { dueAt: dispute.dueAt } : {}),
    ...reasonOf(dispute),
  }
}

function typeOf({ status, resolution }: Dispute, event: string): Statement["type"] {
  if (status === "resolved") {
    if (resolution === "declined") return "dispute.won"
    if (resolution?.endsWith("accepted")) return "dispute.lost"
  }
  return event === "charge.dispute.create" ? "dispute.opened" : "dispute.updated"
}

function reasonOf({ resolution, category }: Dispute): Pick<Statement, "reason"> {
  const code = resolution ?? category
  return code ? { reason: { code } } : {}
}

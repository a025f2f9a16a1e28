import { fromStripeAmount } from "./minor-units"
import type { Dispute, Warning } from "./objects"
import { feeIn, reasonOf, referenceIn, type Statement } from "./statement"

/**
 * What a dispute says by its status. The statuses of an inquiry begin with `warning_`: it takes no money, and one that
 * was closed counts as won.
 * `dueAt` is the day by which Stripe wants an answer. https://docs.stripe.com/api/disputes/object
 */
export function readDispute(dispute: Dispute, at: Date, isNew: boolean): Statement[] {
  const payment = dispute.payment_intent ?? dispute.charge
  const due = dispute.evidence_details?.due_by
  const type = typeOf(dispute.status, isNew)
  const open = type === "dispute.opened" || type === "dispute.updated"
  return [
    {
      type,
      ...referenceIn(dispute.metadata),
      ...(payment ? { gatewayPayment: payment } : {}),
      resource: dispute.id,
      money: fromStripeAmount(dispute.amount, dispute.currency),
      ...(dispute.status.startsWith("warning_") ? { inquiry: true } : {}),
      ...feeOf(dispute),
      occurredAt: at,
      ...(open && due ? { dueAt: due } : {}),
      ...reasonOf(dispute.reason),
    },
  ]
}

/** Radar's warning that a payment may be fraud: nothing moved yet, but a dispute may follow. */
export function readWarning(warning: Warning, at: Date, text: string): Statement[] {
  const payment = warning.payment_intent ?? warning.charge
  return [
    {
      type: "info",
      ...(payment ? { gatewayPayment: payment } : {}),
      resource: warning.id,
      occurredAt: at,
      ...reasonOf(warning.fraud_type ?? warning.reason, text),
    },
  ]
}

function typeOf(status: string, isNew: boolean): Statement["type"] {
  if (status === "won" || status === "warning_closed") return "dispute.won"
  if (status === "lost") return "dispute.lost"
  return isNew ? "dispute.opened" : "dispute.updated"
}

/** What Stripe kept for the dispute; nothing when it was given back. */
function feeOf(dispute: Dispute): Pick<Statement, "fee"> {
  const [first, ...others] = dispute.balance_transactions ?? []
  if (!first) return {}
  const fee = others.reduce((sum, transaction) => sum + transaction.fee, first.fee)
  const sameCurrency = others.every((transaction) => transaction.currency === first.currency)
  if (fee <= 0 || !sameCurrency) return {}
  const kept = feeIn({ ...first, fee }).fee
  return kept ? { fee: kept } : {}
}

import { add, type Money } from "../../domain/money"
import type { Refund, RefundNotice } from "./objects"
import type { Statement } from "./read-transaction"
import { fromSubunits } from "./subunits"

/**
 * What a message says of a refund. Older messages name a refund only once it is paid or failed; before, they are
 * information, for a pending refund that nobody can name could never be closed.
 * https://paystack.com/docs/payments/refunds/#listen-to-notifications
 */
export function readRefundNotice(notice: RefundNotice): Statement {
  const resource = notice.id ?? notice.refund_reference
  const about = { test: notice.domain !== "live", gatewayPayment: notice.transaction_reference }
  const money = fromSubunits(notice.amount, notice.currency)
  const type = typeOf(notice.status)
  const reason = reasonOf(notice.status)
  if (resource) return { type, ...about, resource, money, ...reason }
  if (type === "refund.pending") return { type: "info", ...about, money, ...reason }
  return { type, ...about, money, ...reason }
}

/** Refunds of one transaction that the API tells: only those under way, for the amounts paid back are told in one sum. */
export function readOpenRefund(refund: Refund): Pick<Statement, "type" | "resource" | "money"> | undefined {
  const type = typeOf(refund.status)
  if (type === "refund.succeeded") return undefined
  return { type, resource: refund.id, money: fromSubunits(refund.amount, refund.currency) }
}

/** How much of a transaction was paid back by now, but for a dispute; undefined when nothing was. */
export function sumOfRefunds(refunds: readonly Refund[]): Money | undefined {
  return refunds
    .filter((refund) => typeOf(refund.status) === "refund.succeeded" && !refund.dispute)
    .map((refund) => fromSubunits(refund.amount, refund.currency))
    .reduce<Money | undefined>((sum, money) => (sum ? add(sum, money) : money), undefined)
}

function typeOf(status: string): "refund.succeeded" | "refund.failed" | "refund.pending" {
  if (status === "processed") return "refund.succeeded"
  return status === "failed" ? "refund.failed" : "refund.pending"
}

function reasonOf(status: string): Pick<Statement, "reason"> {
  if (status !== "needs-attention") return {}
  const text = "Paystack needs the buyer's bank account to pay it back: give it in the Paystack dashboard"
  return { reason: { code: status, text } }
}

import { isPositive, subtract, zero } from "../../domain/money"
import type { MollieBalanceTransaction, MolliePayout } from "./objects"
import { reasonOf, type Statement } from "./statement"

/** What a payout to the merchant's bank says by its status; one on its way says nothing yet. */
export function readPayout(payout: MolliePayout): Statement[] {
  const { status, statusReason } = payout
  const paid = status === "completed"
  if (!paid && status !== "failed" && status !== "canceled") return []
  return [
    {
      type: paid ? "payout.paid" : "payout.failed",
      mode: payout.mode ?? undefined,
      resource: payout.id,
      ...(payout.amount && !payout.amount.amount.startsWith("-") ? { money: payout.amount } : {}),
      occurredAt: payout.completedAt ?? payout.canceledAt ?? payout.createdAt,
      ...(paid ? {} : reasonOf(statusReason?.code ?? status, statusReason?.message)),
    },
  ]
}

/**
 * What Mollie kept of a payment, capture, refund or chargeback: the deductions of the balance transaction, written
 * below zero, in the balance's currency. https://docs.mollie.com/reference/list-balance-transactions
 */
export function readFee(transaction: MollieBalanceTransaction): Statement[] {
  const { deductions, context, createdAt } = transaction
  const payment = paymentIn(context)
  if (!deductions || !payment) return []
  const fee = subtract(zero(deductions.currency), deductions)
  if (!isPositive(fee)) return []
  return [
    {
      type: "fee",
      gatewayPayment: payment,
      resource: transaction.id,
      fee,
      ...(createdAt ? { occurredAt: createdAt } : {}),
    },
  ]
}

/** The context names the payment itself, or within what it is about: `{ paymentId }` or `{ refund: { paymentId } }`. */
function paymentIn(context: MollieBalanceTransaction["context"]): string | undefined {
  const found = [context, ...Object.values(context ?? {})].flatMap((place) => {
    const id =
      typeof place === "object" && place !== null ? (place as { paymentId?: unknown }).paymentId : undefined
    return typeof id === "string" && id !== "" ? [id] : []
  })
  return found[0]
}

import { fromStripeAmount } from "./minor-units"
import type { Payout } from "./objects"
import { reasonOf, type Statement } from "./statement"

/**
 * What a payout says: paid to the bank, or failed (also when it was cancelled). A payout below zero takes money from
 * the merchant's bank to even out the balance; it is told as information. https://docs.stripe.com/api/payouts/object
 */
export function readPayout(payout: Payout, at: Date): Statement[] {
  const money = fromStripeAmount(Math.abs(payout.amount), payout.currency)
  const about = { resource: payout.id, money, occurredAt: at }
  if (payout.amount < 0) {
    return [{ type: "info", ...about, ...reasonOf(null, "Stripe takes this amount from the bank account") }]
  }
  if (payout.status === "failed" || payout.status === "canceled") {
    const reason = reasonOf(payout.failure_code ?? payout.status, payout.failure_message)
    return [{ type: "payout.failed", ...about, ...reason }]
  }
  return payout.status === "paid" ? [{ type: "payout.paid", ...about }] : [{ type: "info", ...about }]
}

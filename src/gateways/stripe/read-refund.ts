import { fromStripeAmount } from "./minor-units"
import type { Refund } from "./objects"
import { reasonOf, referenceIn, type Statement } from "./statement"

/**
 * What a refund says by its status; a status that Stripe may add later is pending. A refund can fail after it
 * succeeded, when the buyer's bank sends it back. https://docs.stripe.com/api/refunds/object
 */
export function readRefund(refund: Refund, at: Date): Statement[] {
  const payment = refund.payment_intent ?? refund.charge
  return [
    {
      type: typeOf(refund.status),
      ...referenceIn(refund.metadata),
      ...(payment ? { gatewayPayment: payment } : {}),
      resource: refund.id,
      money: fromStripeAmount(refund.amount, refund.currency),
      occurredAt: at,
      ...reasonOf(refund.failure_reason ?? refund.reason),
    },
  ]
}

function typeOf(status: string | null | undefined): Statement["type"] {
  if (status === "succeeded") return "refund.succeeded"
  return status === "failed" || status === "canceled" ? "refund.failed" : "refund.pending"
}

import type { MollieRefund } from "./objects"
import { referenceIn, type Statement } from "./statement"

/**
 * What a refund says by its status. `queued`, `pending`, `processing` and whatever Mollie may add are pending; a refund
 * can fail after days, and can be cancelled until it is processed. https://docs.mollie.com/docs/refunds
 */
export function readRefund(refund: MollieRefund): Statement[] {
  return [
    {
      type: typeOf(refund.status),
      mode: refund.mode ?? undefined,
      ...referenceIn(refund.metadata),
      gatewayPayment: refund.paymentId,
      resource: refund.id,
      money: refund.amount,
      occurredAt: refund.createdAt,
      ...(refund.status === "canceled" ? { reason: { code: "canceled" } } : {}),
    },
  ]
}

function typeOf(status: string): Statement["type"] {
  if (status === "refunded") return "refund.succeeded"
  return status === "failed" || status === "canceled" ? "refund.failed" : "refund.pending"
}

import { fromRazorpayAmount } from "./minor-units"
import type { RazorpayPayment, RazorpayRefund } from "./objects"
import { referenceIn, type Statement } from "./statement"

/**
 * What a refund says by its status; one that Razorpay may add later is pending.
 * @param payment told beside the refund: when its money was never captured, the refund only releases it, which cancels
 * the payment. https://razorpay.com/docs/api/refunds/entity/
 */
export function readRefund(refund: RazorpayRefund, payment?: RazorpayPayment): Statement[] {
  const own = referenceIn(refund.notes)
  const reference = own.reference ? own : referenceIn(payment?.notes)
  const about = { ...reference, gatewayPayment: refund.payment_id, occurredAt: refund.created_at }
  if (payment?.captured === false) {
    return refund.status === "processed" ? [{ type: "payment.canceled", ...about }] : []
  }
  const money = fromRazorpayAmount(refund.amount, refund.currency)
  return [{ type: typeOf(refund.status), ...about, resource: refund.id, money }]
}

function typeOf(status: string | null | undefined): Statement["type"] {
  if (status === "processed") return "refund.succeeded"
  return status === "failed" ? "refund.failed" : "refund.pending"
}

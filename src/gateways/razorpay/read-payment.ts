import { compare, subtract } from "../../domain/money"
import { fromRazorpayAmount } from "./minor-units"
import type { RazorpayPayment } from "./objects"
import { reasonOf, referenceIn, type Statement } from "./statement"

/**
 * What a payment says by a status: its own, or that of the message that tells of it. A failure leaves the payment open:
 * Razorpay's payments can be authorised late, after a failure was told, for days. Statuses that it may add later are
 * pending. https://razorpay.com/docs/payments/payments/late-authorisation/
 */
export function readPayment(payment: RazorpayPayment, status = payment.status): Statement[] {
  const money = fromRazorpayAmount(payment.amount, payment.currency)
  const about = {
    ...referenceIn(payment.notes),
    gatewayPayment: payment.id,
    money,
    occurredAt: payment.created_at,
  }
  switch (status) {
    case "captured":
      return [{ type: "payment.captured", ...about, totals: { captured: money }, ...feeOf(payment) }]
    case "refunded":
      // Money that was never captured goes back by a refund, too: then nothing was paid.
      return payment.captured === false
        ? [{ type: "payment.canceled", ...about }]
        : [{ type: "payment.captured", ...about, totals: { captured: money }, ...feeOf(payment) }]
    case "authorized":
      return [{ type: "payment.authorized", ...about, totals: { authorized: money } }]
    case "failed":
      return [
        {
          type: "payment.attempt_failed",
          ...about,
          ...reasonOf(payment.error_reason || payment.error_code, payment.error_description),
        },
      ]
    case "created":
      return [{ type: "info", ...about }]
    default:
      return [{ type: "payment.pending", ...about }]
  }
}

/** Razorpay's fee with its tax. Of a payment in a foreign currency it is in another one, which is not named: left out. */
function feeOf({
  fee,
  amount,
  currency,
  base_currency: base,
}: RazorpayPayment): Pick<Statement, "fee" | "net"> {
  if (!fee || (base && base.toLowerCase() !== currency.toLowerCase())) return {}
  const [paid, kept] = [fromRazorpayAmount(amount, currency), fromRazorpayAmount(fee, currency)]
  return compare(kept, paid) > 0 ? { fee: kept } : { fee: kept, net: subtract(paid, kept) }
}

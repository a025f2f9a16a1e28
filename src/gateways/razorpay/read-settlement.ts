import { fromRazorpayAmount } from "./minor-units"
import type { RazorpaySettlement } from "./objects"
import { reasonOf, type Statement } from "./statement"

/**
 * What a settlement to the merchant's bank says by its status. A failed one may be tried again by Razorpay.
 * @param currency of the merchant's bank account, which Razorpay does not write.
 * https://razorpay.com/docs/webhooks/settlements/
 */
export function readSettlement(settlement: RazorpaySettlement, currency: string): Statement[] {
  const { status, fees, utr } = settlement
  if (status !== "processed" && status !== "failed") return []
  return [
    {
      type: status === "processed" ? "payout.paid" : "payout.failed",
      resource: settlement.id,
      money: fromRazorpayAmount(settlement.amount, currency),
      ...(fees ? { fee: fromRazorpayAmount(fees, currency) } : {}),
      occurredAt: settlement.created_at,
      ...(utr ? reasonOf(null, `UTR ${utr}`) : {}),
    },
  ]
}

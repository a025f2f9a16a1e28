import { fromRazorpayAmount } from "./minor-units"
import type { RazorpayLink } from "./objects"
import { referenceIn, type Statement } from "./statement"

/** What a payment link says of itself: that it ended unpaid, or that it waits. Of money its payments tell. */
export function readLink(link: RazorpayLink): Statement[] {
  const about = { ...referenceIn(link.notes), gatewayPayment: link.id }
  const told = (time: Date | null | undefined) =>
    time && time.getTime() > 0 ? time : (link.updated_at ?? link.created_at)
  switch (link.status) {
    case "expired":
      return [{ type: "payment.expired", ...about, occurredAt: told(link.expired_at) }]
    case "cancelled":
      return [{ type: "payment.canceled", ...about, occurredAt: told(link.cancelled_at) }]
    case "created":
      return [
        {
          type: "info",
          ...about,
          money: fromRazorpayAmount(link.amount, link.currency),
          occurredAt: link.created_at,
        },
      ]
    default:
      return []
  }
}

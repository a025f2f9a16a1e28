import { paypalObjects, type WebhookEvent } from "./objects"
import { readAuthorization } from "./read-authorization"
import { readCapture } from "./read-capture"
import { readDispute } from "./read-dispute"
import { readOrder } from "./read-order"
import { readPayout } from "./read-payout"
import { readRefund, readReversal } from "./read-refund"
import type { Statement } from "./statement"

/**
 * What a message says; nothing for kinds that are not about the money of a payment or a payout.
 * @throws Error when the object in it cannot be read.
 * @see https://developer.paypal.com/api/rest/webhooks/event-names/
 */
export function readWebhook({ event_type: type, create_time, resource }: WebhookEvent): Statement[] {
  switch (type) {
    case "PAYMENT.CAPTURE.COMPLETED":
    case "PAYMENT.CAPTURE.PENDING":
    case "PAYMENT.CAPTURE.DECLINED":
    case "PAYMENT.CAPTURE.DENIED":
      return readCapture(paypalObjects.capture.parse({ status: statusIn(type), ...resource }))
    case "PAYMENT.CAPTURE.REFUNDED":
      return readRefund(paypalObjects.refund.parse({ status: "COMPLETED", ...resource }))
    case "PAYMENT.REFUND.PENDING":
    case "PAYMENT.REFUND.FAILED":
      return readRefund(paypalObjects.refund.parse({ status: statusIn(type), ...resource }))
    case "PAYMENT.CAPTURE.REVERSED":
      return readReversal(paypalObjects.refund.parse(resource))
    case "PAYMENT.AUTHORIZATION.CREATED":
    case "PAYMENT.AUTHORIZATION.VOIDED":
    case "PAYMENT.AUTHORIZATION.DENIED":
      return readAuthorization(paypalObjects.authorization.parse({ status: statusIn(type), ...resource }))
    case "CHECKOUT.ORDER.APPROVED":
    case "CHECKOUT.ORDER.COMPLETED":
      return readOrder(paypalObjects.order.parse(resource))
    case "CHECKOUT.PAYMENT-APPROVAL.REVERSED":
      return readLapsedApproval(resource, create_time)
    case "CUSTOMER.DISPUTE.CREATED":
    case "CUSTOMER.DISPUTE.UPDATED":
    case "CUSTOMER.DISPUTE.RESOLVED":
      return readDispute(paypalObjects.dispute.parse(resource), type)
    default:
      return type.startsWith("PAYMENT.PAYOUTS-ITEM.")
        ? readPayout(paypalObjects.payoutItem.parse(resource), type)
        : []
  }
}

function statusIn(eventType: string): string {
  return eventType.slice(eventType.lastIndexOf(".") + 1)
}

/** The buyer approved and nobody captured in time: PayPal gave the approval back. */
function readLapsedApproval(resource: object, at: Date | undefined): Statement[] {
  const { order_id, purchase_units } = paypalObjects.reversedApproval.parse(resource)
  const reference = purchase_units?.[0]?.custom_id
  return [
    {
      key: ["order", order_id, "APPROVAL_REVERSED"].join(":"),
      type: "payment.expired",
      ...(reference ? { reference } : {}),
      gatewayPayment: order_id,
      resource: order_id,
      ...(at ? { occurredAt: at } : {}),
    },
  ]
}

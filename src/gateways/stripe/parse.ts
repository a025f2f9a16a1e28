import type { z } from "@medusajs/framework/zod"
import type { PaymentEvent } from "../../domain/payment-event"
import type { Message } from "../gateway"
import type { Json } from "../verification/strict-json"
import type { StripeAccount } from "./config"
import { readStripeJson, stripeObjects, type StripeEvent } from "./objects"
import { readCharge, readExpiredCharge, readRefundedCharge } from "./read-charge"
import { readDispute, readWarning } from "./read-dispute"
import { readFailedIntent, readIntent } from "./read-intent"
import { readPayout } from "./read-payout"
import { readRefund } from "./read-refund"
import { readFailedSession, readSession } from "./read-session"
import type { Statement } from "./statement"

/**
 * The payment events in one of Stripe's event objects; none for kinds that say nothing of money. An event of a
 * connected account (Stripe Connect) names that account as the receiver: the money is not ours.
 * @throws SyntaxError or ZodError, with the path, when the message is not in Stripe's form.
 * https://docs.stripe.com/api/events/types
 */
export function parseStripeMessage(message: Message, account: StripeAccount): PaymentEvent[] {
  const json = readStripeJson(message.body)
  if (isThin(json)) return []
  const event = stripeObjects.event.parse(json)
  return readEvent(event, account).map((statement, index) => ({
    key: index === 0 ? event.id : `${event.id}/${index}`,
    test: !event.livemode,
    ...statement,
    ...(event.account ? { otherReceiver: event.account } : {}),
  }))
}

function readEvent(event: StripeEvent, account: StripeAccount): Statement[] {
  const { object } = event.data
  const at = event.created
  const as = <T>(schema: z.ZodType<T>) => schema.parse(object)
  const { paymentIntent, charge, checkoutSession, refund, dispute, payout, warning } = stripeObjects
  switch (event.type) {
    case "payment_intent.processing":
    case "payment_intent.requires_action":
    case "payment_intent.partially_funded":
    case "payment_intent.amount_capturable_updated":
    case "payment_intent.succeeded":
    case "payment_intent.canceled":
      return readIntent(as(paymentIntent), at)
    case "payment_intent.payment_failed":
      return readFailedIntent(as(paymentIntent), at)

    case "checkout.session.completed":
    case "checkout.session.async_payment_succeeded":
    case "checkout.session.expired":
      return readSession(as(checkoutSession), at, account.config.captureMethod)
    case "checkout.session.async_payment_failed":
      return readFailedSession(as(checkoutSession), at)

    case "charge.pending":
    case "charge.succeeded":
    case "charge.captured":
    case "charge.updated":
    case "charge.failed":
      return readCharge(as(charge), at)
    case "charge.refunded":
      return readRefundedCharge(as(charge), at)
    case "charge.expired":
      return readExpiredCharge(as(charge), at)

    case "refund.created":
    case "refund.updated":
    case "refund.failed":
    case "charge.refund.updated":
      return readRefund(as(refund), at)

    case "charge.dispute.created":
      return readDispute(as(dispute), at, true)
    case "charge.dispute.updated":
    case "charge.dispute.funds_withdrawn":
    case "charge.dispute.funds_reinstated":
    case "charge.dispute.closed":
      return readDispute(as(dispute), at, false)

    case "payout.paid":
    case "payout.failed":
    case "payout.canceled":
      return readPayout(as(payout), at)

    case "radar.early_fraud_warning.created":
      return readWarning(as(warning), at, "The card's bank warned of fraud; a dispute may follow")
    case "review.opened":
      return readWarning(as(warning), at, "Stripe Radar put the payment in review")

    default:
      return []
  }
}

/** Thin events of Stripe's v2 interface hold no object, and none of them tells of a payment. */
function isThin(json: Json): boolean {
  return typeof json === "object" && json !== null && "object" in json && json.object === "v2.core.event"
}

import type { z } from "@medusajs/framework/zod"
import type { PaymentEvent } from "../../domain/payment-event"
import type { Message } from "../gateway"
import type { RazorpayAccount } from "./config"
import { razorpayObjects, readRazorpayJson, type RazorpayEvent } from "./objects"
import { readDispute } from "./read-dispute"
import { readLink } from "./read-link"
import { readPayment } from "./read-payment"
import { readRefund } from "./read-refund"
import { readSettlement } from "./read-settlement"
import { asEvents, referenceIn, type Statement } from "./statement"

/**
 * The payment events in a webhook; none for kinds that say nothing of an order's money. A message about another
 * account (Route, partners) names it as the receiver, where the merchant's own account is configured.
 * @throws SyntaxError or ZodError, with the path, when the message is not in Razorpay's form.
 * https://razorpay.com/docs/webhooks/all/
 */
export function parseRazorpayMessage(message: Message, account: RazorpayAccount): PaymentEvent[] {
  const event = razorpayObjects.event.parse(readRazorpayJson(message.body))
  const { accountId } = account.config
  const receiver = event.account_id
  const other = accountId && receiver && receiver !== accountId ? { otherReceiver: receiver } : {}
  return asEvents(readEvent(event, account), account).map((one) => ({ ...one, ...other }))
}

function readEvent(event: RazorpayEvent, { config }: RazorpayAccount): Statement[] {
  const { payment, refund, paymentLink, dispute, settlement } = razorpayObjects
  const { payload } = event
  const as = <T>(
    schema: z.ZodType<T>,
    name: "payment" | "refund" | "payment_link" | "dispute" | "settlement"
  ) => schema.parse(payload[name]?.entity)
  const paid = () => (payload.payment ? as(payment, "payment") : undefined)
  switch (event.event) {
    case "payment.authorized":
      return readPayment(as(payment, "payment"), "authorized")
    case "payment.captured":
    case "order.paid":
      return readPayment(as(payment, "payment"), "captured")
    case "payment.failed":
      return readPayment(as(payment, "payment"), "failed")
    case "payment.pending":
      return readPayment(as(payment, "payment"), "pending")

    case "payment_link.paid":
    case "payment_link.partially_paid": {
      const inLink = referenceIn(as(paymentLink, "payment_link").notes)
      return readPayment(as(payment, "payment"), "captured").map((one) => ({ ...inLink, ...one }))
    }
    case "payment_link.expired":
    case "payment_link.cancelled":
      return readLink(as(paymentLink, "payment_link"))

    case "refund.created":
    case "refund.speed_changed":
      return readRefund(as(refund, "refund"), paid())
    case "refund.processed":
      return readRefund({ ...as(refund, "refund"), status: "processed" }, paid())
    case "refund.failed":
      return readRefund({ ...as(refund, "refund"), status: "failed" }, paid())

    case "payment.dispute.created":
      return readDispute(as(dispute, "dispute"), event.created_at, true, paid())
    case "payment.dispute.under_review":
    case "payment.dispute.action_required":
    case "payment.dispute.won":
    case "payment.dispute.lost":
    case "payment.dispute.closed":
      return readDispute(as(dispute, "dispute"), event.created_at, false, paid())

    case "settlement.processed":
      return readSettlement(as(settlement, "settlement"), config.settlementCurrency)

    default:
      return []
  }
}

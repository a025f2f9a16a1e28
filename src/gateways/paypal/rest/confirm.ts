import type { Confirmation, ConfirmIo, Message } from "../../gateway"
import type { PaypalAccount, PaypalApp } from "../options"
import { readEvent, type WebhookEvent } from "./objects"
import { completeOrder, getOrder } from "./orders"
import { readWebhook } from "./parse"
import { isByPaypal } from "./prove"
import { asEvents, type Statement } from "./statement"

/**
 * Believes a message that PayPal signed. Where it says that a buyer approved a payment of ours, PayPal is asked for the
 * order, and the last step of the payment is taken (see `completeOrder`).
 */
export async function confirmSigned(
  message: Message,
  account: PaypalAccount,
  app: PaypalApp,
  io: ConfirmIo
): Promise<Confirmation> {
  if (!(await isByPaypal(message, account, app, io))) {
    return {
      kind: "denied",
      why: "PayPal did not sign this message for this account. When genuine messages are dropped, webhookIds is not the ID of the webhook at PayPal.",
    }
  }
  let event: WebhookEvent
  let statements: Statement[]
  try {
    event = readEvent(message.body)
    statements = readWebhook(event)
  } catch (error) {
    return { kind: "unreadable", why: (error as Error).message }
  }
  const completed =
    event.event_type === "CHECKOUT.ORDER.APPROVED" ? await completeApproved(statements, account, io) : []
  return { kind: "confirmed", events: asEvents([...statements, ...completed], account) }
}

async function completeApproved(
  statements: readonly Statement[],
  account: PaypalAccount,
  io: ConfirmIo
): Promise<Statement[]> {
  const [approved] = statements
  const expected = approved?.reference ? await io.expected(approved.reference) : undefined
  if (!expected || !approved?.resource || !expected.gatewayPayments.includes(approved.resource)) return []
  const order = await getOrder(approved.resource, account, io)
  return order ? completeOrder(order, expected, account, io) : []
}

import { fromMinorUnits } from "../../domain/money"
import type { PaymentEvent } from "../../domain/payment-event"
import type { Message } from "../gateway"
import { readNotice, type CardNotice, type RefundNotice } from "./notice"
import type { Przelewy24Account } from "./options"
import { referenceOf } from "./session-id"

/** What is told of a payment, whatever it is. */
export function aboutPayment(
  sessionId: string,
  { mode }: Przelewy24Account
): Pick<PaymentEvent, "test" | "reference" | "gatewayPayment"> {
  return { test: mode === "test", reference: referenceOf(sessionId), gatewayPayment: sessionId }
}

/**
 * The payment events in a message that is proven by its checksum; none in that of a payment, which `confirm` reads. Only
 * what the checksum covers is read.
 * @throws SyntaxError or ZodError when the message is not in Przelewy24's form.
 */
export function parsePrzelewy24Message(message: Message, account: Przelewy24Account): PaymentEvent[] {
  const notice = readNotice(message.body)
  if (notice.kind === "refund") return [readRefund(notice.told, account)]
  return notice.kind === "card" ? [readCard(notice.told, account)] : []
}

/** A status that Przelewy24 may add later is pending. */
function readRefund(told: RefundNotice, account: Przelewy24Account): PaymentEvent {
  const type = told.status === 0 ? "refund.succeeded" : told.status === 1 ? "refund.failed" : "refund.pending"
  return {
    key: `refund:${told.orderId}:${told.refundsUuid}:${told.status}`,
    type,
    ...aboutPayment(told.sessionId, account),
    resource: told.refundsUuid,
    money: fromMinorUnits(told.amount, told.currency),
  }
}

/** A card that was charged says nothing new: the payment has its own message. A refused one leaves the payment open. */
function readCard(told: CardNotice, account: Przelewy24Account): PaymentEvent {
  const refused = told.errorCode !== undefined
  const reason = {
    ...(told.errorCode ? { code: told.errorCode } : {}),
    ...(told.errorMessage ? { text: told.errorMessage } : {}),
  }
  return {
    key: `card:${told.orderId}:${told.errorCode ?? "charged"}`,
    type: refused ? "payment.attempt_failed" : "info",
    ...aboutPayment(told.sessionId, account),
    ...(refused ? { reason } : {}),
  }
}

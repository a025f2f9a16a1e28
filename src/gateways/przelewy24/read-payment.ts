import { compare, type Money } from "../../domain/money"
import type { PaymentEvent } from "../../domain/payment-event"
import type { Przelewy24Account } from "./options"
import { aboutPayment } from "./parse"

type Paid = Readonly<{ sessionId: string; orderId: number; money: Money }>

/** The buyer paid and we accepted it. */
export function readAccepted({ sessionId, orderId, money }: Paid, account: Przelewy24Account): PaymentEvent {
  const about = aboutPayment(sessionId, account)
  return { key: `paid:${orderId}`, type: "payment.captured", ...about, resource: String(orderId), money }
}

/**
 * The buyer paid another amount than we asked for. Przelewy24 holds it until somebody accepts exactly that amount, so it
 * counts as authorised; a person decides.
 */
export function readHeld(
  { sessionId, orderId, money }: Paid,
  asked: Money,
  account: Przelewy24Account
): PaymentEvent {
  const hold = money.currency === asked.currency && (compare(money, asked) < 0 ? "under" : "over")
  return {
    key: `held:${orderId}`,
    type: "payment.authorized",
    ...aboutPayment(sessionId, account),
    resource: String(orderId),
    money,
    ...(hold ? { hold } : {}),
    reason: { text: "Another amount than was asked for: Przelewy24 holds it until it is accepted" },
  }
}

/** The buyer paid something that this store never asked for: not accepted, and kept for a person. */
export function readUnasked({ sessionId, orderId, money }: Paid, account: Przelewy24Account): PaymentEvent {
  const reason = { text: "This store asked for no such payment: Przelewy24 holds it until it is accepted" }
  const about = aboutPayment(sessionId, account)
  return { key: `unasked:${orderId}`, type: "payment.pending", ...about, money, reason }
}

import { fromDecimal, type Money } from "./money"
import { paymentEventTypes, type PaymentEvent } from "./payment-event"

/** Longer than any gateway's id; what is longer would not fit an index. */
const maxIdLength = 255
/** Postgres keeps neither NUL nor half a surrogate pair, and nobody's id holds a control character. */
const unstorable = /\p{Surrogate}|\u0000/u
const unstorableId = /[\p{Surrogate}\p{Cc}]/u
const blank = /^\s*$/

/**
 * Hands back payment events that the rest of the house can rely on; called where events come in from a gateway.
 * @throws RangeError naming the field, when an event has no key, no known type, an amount that is negative or not
 * exactly in its currency's digits, an id that is empty, too long or holds control characters, or no real time.
 */
export function assertPaymentEvents(events: readonly PaymentEvent[]): readonly PaymentEvent[] {
  for (const event of events) assertPaymentEvent(event)
  return events
}

function assertPaymentEvent(event: PaymentEvent): void {
  assertId("key", event.key)
  for (const field of ["reference", "gatewayPayment", "resource", "otherReceiver"] as const) {
    if (event[field] !== undefined) assertId(field, event[field])
  }
  if (!paymentEventTypes.includes(event.type)) refuse("type", "is not known")
  if (typeof event.test !== "boolean") refuse("test", "is neither true nor false")
  if (event.inquiry !== undefined && typeof event.inquiry !== "boolean") {
    refuse("inquiry", "is neither true nor false")
  }
  assertMoney("money", event.money, "never negative")
  assertMoney("totals.authorized", event.totals?.authorized, "never negative")
  assertMoney("totals.captured", event.totals?.captured, "never negative")
  assertMoney("totals.refunded", event.totals?.refunded, "never negative")
  assertMoney("fee", event.fee)
  assertMoney("net", event.net)
  for (const field of ["occurredAt", "dueAt"] as const) {
    const year = event[field]?.getUTCFullYear() ?? 2000
    if (!(year >= 1970 && year <= 9999)) refuse(field, "is not a time")
  }
  for (const text of [event.reason?.code, event.reason?.text]) {
    if (text !== undefined && unstorable.test(text)) refuse("reason", "is not valid text")
  }
}

function assertId(field: string, id: string): void {
  if (typeof id !== "string" || blank.test(id)) refuse(field, "is empty")
  if (id.length > maxIdLength) refuse(field, `is longer than ${maxIdLength} characters`)
  if (unstorableId.test(id)) refuse(field, "holds control characters")
}

function assertMoney(field: string, money: Money | undefined, sign?: "never negative"): void {
  if (!money) return
  const exact = fromDecimal(money.amount, money.currency)
  if (exact.amount !== money.amount || exact.currency !== money.currency) refuse(field, "is not exact")
  if (sign && money.amount.startsWith("-")) refuse(field, "is negative")
}

function refuse(field: string, why: string): never {
  throw new RangeError(`the payment event's ${field} ${why}`)
}

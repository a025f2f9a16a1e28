/// <reference types="jest" />
import { fromDecimal, type Money } from "../../domain/money"
import { paymentEventTypes, type PaymentEvent } from "../../domain/payment-event"

/** Expects events as the rest of the house relies on them: keyed, of a known type, with exact money, never negative. */
export function expectValidEvents(events: readonly PaymentEvent[]): void {
  for (const event of events) {
    expect(event.key).not.toBe("")
    expect(typeof event.key).toBe("string")
    expect(paymentEventTypes).toContain(event.type)
    expect(typeof event.test).toBe("boolean")
    const amounts = [event.money, event.totals?.authorized, event.totals?.captured, event.totals?.refunded]
    for (const money of [...amounts, event.fee, event.net]) if (money) expectExact(money)
    for (const money of amounts) expect(money?.amount ?? "0").not.toMatch(/^-/)
    for (const text of [event.reference, event.gatewayPayment, event.resource]) expect(text).not.toBe("")
    if (["payment.pending", "payment.attempt_failed", "payment.failed"].includes(event.type)) {
      // Money that was only asked for is not authorised: it would place the order.
      for (const money of [event.totals?.authorized, event.totals?.captured]) {
        expect(money?.amount ?? "0").toMatch(/^[0.]+$/)
      }
    }
    if (event.occurredAt) expect(event.occurredAt.getTime()).not.toBeNaN()
  }
  expect(new Set(events.map((event) => event.key)).size).toBe(events.length)
}

function expectExact(money: Money): void {
  expect(fromDecimal(money.amount, money.currency)).toEqual(money)
}

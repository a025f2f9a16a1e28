import { assertPaymentEvents } from "../assert-payment-events"
import { fromDecimal, fromMinorUnits } from "../money"
import type { PaymentEvent } from "../payment-event"

const event: PaymentEvent = {
  key: "evt_1",
  type: "payment.captured",
  test: false,
  reference: "payses_1",
  gatewayPayment: "pay_1",
  resource: "cap_1",
  money: fromDecimal("42.00", "usd"),
  totals: { captured: fromDecimal("42.00", "usd"), refunded: fromDecimal("0", "usd") },
  fee: fromMinorUnits(-30n, "usd"),
  net: fromMinorUnits(-5n, "eur"),
  occurredAt: new Date("2026-01-01"),
  reason: { text: "ähnlich\n😀" },
}

describe("a payment event from a gateway", () => {
  it("is handed back as it is; fees and what is left may be negative", () => {
    expect(assertPaymentEvents([event])).toEqual([event])
    expect(assertPaymentEvents([{ key: "k", type: "info", test: true }])).toHaveLength(1)
    expect(assertPaymentEvents([])).toEqual([])
  })

  const money = (amount: string) => ({ amount, currency: "usd" })
  it.each<[string, object, string]>([
    ["without a key", { key: "" }, "key is empty"],
    ["with a blank key", { key: "  " }, "key is empty"],
    ["with an empty reference", { reference: "" }, "reference is empty"],
    ["with a number for an id", { gatewayPayment: 12 }, "gatewayPayment is empty"],
    ["with an id too long for an index", { resource: "x".repeat(256) }, "resource is longer than 255"],
    ["with a line break in an id", { reference: "a\nb" }, "reference holds control characters"],
    ["with a NUL that Postgres cannot keep", { key: "a\u0000b" }, "key holds control characters"],
    ["with half a surrogate pair", { reference: "a\ud800b" }, "reference holds control characters"],
    ["with a NUL in the reason", { reason: { text: "a\u0000" } }, "reason is not valid text"],
    ["of a type that nobody knows", { type: "payment.maybe" }, "type is not known"],
    ["that is neither test nor live", { test: undefined }, "test is neither"],
    ["with a negative amount", { money: money("-1.00") }, "money is negative"],
    ["with a negative total", { totals: { captured: money("-1.00") } }, "totals.captured is negative"],
    ["with too few digits", { money: money("1.5") }, "money is not exact"],
    ["with too many digits", { money: money("1.005") }, "decimal places"],
    ["with an amount that is no decimal", { totals: { refunded: money("1e3") } }, "not a decimal"],
    ["with an upper-case currency", { fee: { amount: "1.00", currency: "USD" } }, "fee is not exact"],
    ["with a time that is none", { occurredAt: new Date(NaN) }, "occurredAt is not a time"],
    ["with a time beyond any calendar", { occurredAt: new Date(8.64e15) }, "occurredAt is not a time"],
  ])("is refused %s", (_, wrong, why) => {
    const told = [event, { ...event, ...wrong } as PaymentEvent]
    expect(() => assertPaymentEvents(told)).toThrow(RangeError)
    expect(() => assertPaymentEvents(told)).toThrow(why)
  })
})

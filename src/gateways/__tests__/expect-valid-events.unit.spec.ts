import { fromDecimal } from "../../domain/money"
import type { PaymentEvent } from "../../domain/payment-event"
import { expectValidEvents } from "../conformance/expect-valid-events"

const ten = fromDecimal("10.00", "eur")
const good: PaymentEvent = { key: "evt_1", type: "payment.captured", test: true, money: ten }

it("lets events pass that the house can rely on", () => {
  expectValidEvents([good, { ...good, key: "evt_2", totals: { captured: ten }, occurredAt: new Date(0) }])
  expectValidEvents([])
})

it.each<[string, object]>([
  ["its key is no text", { key: "" }],
  ["its type is not known", { type: "payment.guessed" }],
  ["it does not say whether it is a test", { test: "yes" }],
  ["an amount is not exact", { fee: { amount: "1.5", currency: "eur" } }],
  ["an amount is negative", { money: { amount: "-10.00", currency: "eur" } }],
  ["a name is empty", { reference: "" }],
  ["it has money that did not come", { type: "payment.pending", totals: { authorized: ten } }],
  ["its time is none", { occurredAt: new Date(Number.NaN) }],
])("%s: refused, with what is wrong", (fault, broken) => {
  expect(() => expectValidEvents([{ ...good, ...broken } as PaymentEvent])).toThrow(fault)
})

it("two events of one key are refused", () => {
  expect(() => expectValidEvents([good, good])).toThrow()
})

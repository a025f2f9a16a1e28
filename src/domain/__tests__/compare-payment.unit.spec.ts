import { comparePayment, openTooLongMs } from "../compare-payment"
import { fold } from "../fold"
import type { Money } from "../money"
import type { PaymentEvent, PaymentEventType } from "../payment-event"

const eur = (amount: string): Money => ({ amount, currency: "eur" })
const usd = (amount: string): Money => ({ amount, currency: "usd" })

function say(...statements: readonly (readonly [PaymentEventType, Money])[]) {
  return fold(
    statements.map(([type, money], n): PaymentEvent => ({
      key: `${type} ${n}`,
      type,
      test: true,
      gatewayPayment: "pay_1",
      money,
      ...(type.startsWith("refund") ? { resource: `ref_${n}` } : {}),
      occurredAt: new Date(n),
      receivedAt: new Date(n),
    }))
  )
}

const nothing = say()
const paid = say(["payment.captured", eur("42.00")])
const held = say(["payment.authorized", eur("42.00")])
const open = say(["payment.pending", eur("42.00")])
const ended = say(["payment.authorized", eur("42.00")], ["payment.canceled", eur("42.00")])
const refunded = say(["payment.captured", eur("42.00")], ["refund.succeeded", eur("5.00")])

it.each([
  ["paid on both sides", paid, paid],
  ["held on both sides", held, held],
  ["nothing on both sides", nothing, nothing],
  ["open on both sides", open, open],
  ["ended at the gateway, of which nothing came of here", nothing, ended],
  ["refunded on both sides", refunded, refunded],
])("agrees: %s", (_, here, gateway) => {
  expect(comparePayment(here, gateway, 0)).toEqual([])
})

it.each([
  [nothing, paid, { kind: "only_at_gateway", gateway: eur("42.00") }],
  [open, held, { kind: "only_at_gateway", gateway: eur("42.00") }],
  [paid, nothing, { kind: "only_here", here: eur("42.00") }],
  [held, ended, { kind: "only_here", here: eur("42.00") }],
  [
    paid,
    say(["payment.captured", eur("40.00")]),
    { kind: "amount_differs", here: eur("42.00"), gateway: eur("40.00") },
  ],
  [
    paid,
    say(["payment.captured", usd("42.00")]),
    { kind: "amount_differs", here: eur("42.00"), gateway: usd("42.00") },
  ],
  [held, paid, { kind: "amount_differs", gateway: eur("42.00") }],
  [paid, refunded, { kind: "refund_missing", gateway: eur("5.00") }],
  [refunded, paid, { kind: "refund_missing", here: eur("5.00") }],
])("finds one difference, with what both say", (here, gateway, difference) => {
  expect(comparePayment(here, gateway, openTooLongMs)).toEqual([difference])
})

it("finds a payment that is open on both sides for a week, and not before", () => {
  for (const facts of [open, held]) {
    expect(comparePayment(facts, facts, openTooLongMs - 1)).toEqual([])
    expect(comparePayment(facts, facts, openTooLongMs)).toMatchObject([{ kind: "open_too_long" }])
  }
  expect(comparePayment(nothing, nothing, openTooLongMs)).toEqual([])
})

it("finds two differences of one payment", () => {
  const more = say(["payment.captured", eur("50.00")], ["refund.succeeded", eur("5.00")])
  expect(comparePayment(paid, more, 0).map(({ kind }) => kind)).toEqual(["amount_differs", "refund_missing"])
})

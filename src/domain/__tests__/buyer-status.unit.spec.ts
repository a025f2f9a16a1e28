import { buyerStates, buyerStatus, mayRetry, type BuyerPayment, type Purchase } from "../buyer-status"
import { fold } from "../fold"
import { fromDecimal } from "../money"
import type { PaymentEvent, PaymentEventType } from "../payment-event"
import type { Policy } from "../plan"

const now = Date.parse("2026-11-20T12:00:00Z")
const price = fromDecimal("19.95", "eur")
const policy: Policy = {
  orderWhen: "authorized",
  failureGraceMs: 600_000,
  partial: "await",
  tolerancePercent: 0,
  cancelUnpaidOnFailure: false,
  cancelUnpaidAfterMs: null,
  latePayment: "revive",
}
const order = { id: "order_1", displayId: 7, isCanceled: false }
const settled = { state: "settled", isDue: false }
const page = { kind: "redirect", url: "https://gateway.example/pay/1" } as const
const transfer = {
  kind: "instructions",
  lines: ["IBAN DE02 1203 0000 0000 2020 51"],
  reference: "RF18 5390 0754 7034",
  dueAt: "2026-11-27T12:00:00.000Z",
  qr: "BCD",
} as const

let told = 0
const event = (type: PaymentEventType, more: Partial<PaymentEvent> = {}): PaymentEvent => ({
  key: `event-${++told}`,
  type,
  test: true,
  gatewayPayment: "pay_1",
  occurredAt: new Date(now - 60_000 + told),
  receivedAt: new Date(now - 60_000 + told),
  ...(type === "payment.captured" || type === "payment.authorized" ? { money: price } : {}),
  ...more,
})

const payment = (events: readonly PaymentEvent[], more: Partial<BuyerPayment> = {}): BuyerPayment => ({
  method: "Sandbox",
  ask: { money: price, mode: "test" },
  ...(events.length > 0 ? { facts: fold(events), lane: settled } : {}),
  payAt: page,
  isOpen: true,
  ...more,
})

const look = (purchase: Partial<Purchase> & Pick<Purchase, "payments">, rules: Partial<Policy> = {}) =>
  buyerStatus(purchase, { ...policy, ...rules }, now)

const captured = () => event("payment.captured")
const words = {
  processing: "We are confirming your payment with Sandbox. You can close this page.",
  failed: "Your payment did not go through. Nothing was charged.",
  review: "We received your payment and are checking it. You do not need to pay again.",
}

describe("what a buyer is told", () => {
  it.each<[string, Purchase, object, Partial<Policy>?]>([
    [
      "nothing happened yet",
      { payments: [payment([])] },
      { state: "awaiting_buyer", terminal: false, reason: null, next: { action: "pay", to: page } },
    ],
    [
      "back from the gateway before its message",
      { payments: [payment([])], returnedAt: now - 5_000 },
      {
        state: "processing",
        terminal: false,
        reason: { message: words.processing },
        next: { action: "wait" },
      },
    ],
    [
      "back for so long without any message that it is no confirmation any more",
      { payments: [payment([])], returnedAt: now - 180_000 },
      { state: "awaiting_buyer", next: { action: "pay" } },
    ],
    [
      "a message that is being settled",
      { payments: [payment([], { lane: { state: "waiting", isDue: true } })] },
      { state: "processing" },
    ],
    [
      "the gateway has the payment in hand",
      { payments: [payment([event("payment.pending")])] },
      { state: "processing", terminal: false, reason: { code: "confirming", retryable: false } },
    ],
    [
      "paid, and the order is being placed",
      { payments: [payment([captured()], { lane: { state: "waiting", isDue: true } })] },
      { state: "processing" },
    ],
    [
      "paid",
      { payments: [payment([captured()])], order },
      {
        state: "paid",
        terminal: true,
        reason: null,
        order: { id: "order_1", display_id: 7 },
        amount: "19.95",
        currency_code: "eur",
        method: "Sandbox",
        next: { action: "none", to: null, retry_after_ms: 0 },
      },
    ],
    [
      "authorised, with an order",
      { payments: [payment([event("payment.authorized")])], order },
      { state: "authorized", terminal: true, next: { action: "none" } },
    ],
    [
      "authorised, where the order waits for the capture",
      { payments: [payment([event("payment.authorized")])] },
      { state: "authorized", terminal: false, order: null, next: { action: "wait" } },
      { orderWhen: "paid" },
    ],
    [
      "a bank transfer that is still to be made",
      { payments: [payment([], { payAt: transfer, qrSvg: "<svg/>" })] },
      {
        state: "pending",
        terminal: false,
        instructions: {
          lines: transfer.lines,
          reference: transfer.reference,
          due_at: transfer.dueAt,
          qr: "BCD",
          qr_svg: "<svg/>",
        },
        next: { action: "wait" },
      },
    ],
    [
      "a bank transfer that the gateway waits for, with the order placed",
      { payments: [payment([event("payment.pending")], { payAt: transfer })], order },
      { state: "pending", order: { id: "order_1" }, instructions: { reference: transfer.reference } },
      { orderWhen: "pending" },
    ],
    [
      "the card was declined, and the gateway's page is still open",
      { payments: [payment([event("payment.attempt_failed")])] },
      {
        state: "failed",
        terminal: false,
        reason: { code: "declined", message: words.failed, retryable: true },
      },
    ],
    [
      "failed",
      { payments: [payment([event("payment.failed")])] },
      {
        state: "failed",
        terminal: true,
        reason: { code: "failed", message: words.failed, retryable: true },
        next: { action: "retry" },
      },
    ],
    [
      "failed, on an order that was placed unpaid",
      { payments: [payment([event("payment.pending"), event("payment.failed")])], order },
      { state: "failed", reason: { retryable: true }, order: { id: "order_1" }, next: { action: "retry" } },
      { orderWhen: "pending" },
    ],
    [
      "cancelled by the buyer",
      { payments: [payment([event("payment.canceled")])] },
      { state: "canceled", terminal: true, reason: { code: "canceled", retryable: true } },
    ],
    [
      "expired",
      { payments: [payment([event("payment.expired")])] },
      { state: "expired", terminal: true, reason: { code: "expired", retryable: true } },
    ],
    [
      "failed, then started again",
      { payments: [payment([event("payment.failed")], { isOpen: false }), payment([])] },
      { state: "awaiting_buyer", reason: null, next: { action: "pay", to: page } },
    ],
    [
      "paid in the old tab, while a new payment was started",
      { payments: [payment([captured()], { isOpen: false }), payment([], { method: "Stripe" })], order },
      { state: "paid", terminal: true, reason: null, method: "Sandbox" },
    ],
    [
      "paid twice, in two tabs",
      {
        payments: [
          payment([captured()], { isOpen: false }),
          payment([captured()], { lane: { state: "review", isDue: false } }),
        ],
        order,
      },
      { state: "paid", terminal: true, reason: { code: "paid_twice", retryable: false } },
    ],
    [
      "paid twice, on one page",
      {
        payments: [
          payment([captured(), event("payment.captured", { gatewayPayment: "pay_2" })], {
            lane: { state: "review", isDue: false },
          }),
        ],
        order,
      },
      { state: "paid", terminal: true, reason: { code: "paid_twice" } },
    ],
    [
      "less than asked for",
      {
        payments: [
          payment([event("payment.captured", { money: fromDecimal("10.00", "eur") })], {
            lane: { state: "review", isDue: false },
          }),
        ],
      },
      { state: "review", terminal: false, reason: { message: words.review, retryable: false } },
    ],
    [
      "paid, and the last one in stock is gone",
      { payments: [payment([captured()], { lane: { state: "review", isDue: true } })] },
      { state: "review" },
    ],
    [
      "paid, and the store gave up placing the order",
      { payments: [payment([captured()], { lane: { state: "failed", isDue: false } })] },
      { state: "review" },
    ],
    [
      "paid, for an order that was cancelled",
      { payments: [payment([captured()])], order: { ...order, isCanceled: true } },
      { state: "review", reason: { code: "checking" } },
    ],
    [
      "started here, then ordered with another way to pay",
      { payments: [payment([])], order: { ...order, isPaidElsewhere: true } },
      { state: "authorized", terminal: true, order: { id: "order_1" }, next: { action: "none" } },
    ],
    [
      "an order that was cancelled unpaid",
      { payments: [payment([event("payment.expired")])], order: { ...order, isCanceled: true } },
      { state: "canceled", reason: { code: "order_canceled", retryable: false }, next: { action: "none" } },
    ],
    [
      "paid back in full",
      {
        payments: [payment([captured(), event("refund.succeeded", { money: price, resource: "r1" })])],
        order,
      },
      { state: "canceled", terminal: true, reason: { code: "refunded", retryable: false } },
    ],
    [
      "paid back in part",
      {
        payments: [
          payment([
            captured(),
            event("refund.succeeded", { money: fromDecimal("5.00", "eur"), resource: "r1" }),
          ]),
        ],
        order,
      },
      { state: "paid", terminal: true },
    ],
    [
      "a failure that is told after the success",
      { payments: [payment([captured(), event("payment.failed")])], order },
      { state: "paid", terminal: true, reason: null },
    ],
  ])("%s", (_, purchase, expected, ...[rules]) => {
    expect(look(purchase, rules)).toMatchObject(expected)
  })

  it("goods are held until a time, and no longer once the order is placed", () => {
    const heldUntil = now + 600_000
    expect(look({ payments: [payment([])], heldUntil }).hold).toEqual({
      expires_at: "2026-11-20T12:10:00.000Z",
    })
    expect(look({ payments: [payment([captured()])], heldUntil, order }).hold).toBeNull()
    expect(look({ payments: [payment([])], heldUntil: now - 1 }).hold).toBeNull()
  })

  it("has a version that stays the same while nothing changes, and changes with everything that is shown", () => {
    const before = look({ payments: [payment([event("payment.pending")])] })
    expect(look({ payments: [payment([event("payment.pending"), event("info")])] }).version).toBe(
      before.version
    )
    const others = [
      look({ payments: [payment([captured()])], order }),
      look({ payments: [payment([captured()])], order: { ...order, displayId: 8 } }),
      look({ payments: [payment([event("payment.pending")], { method: "Stripe" })] }),
      look({ payments: [payment([event("payment.pending")])], heldUntil: now + 1 }),
    ]
    expect(new Set([before, ...others].map(({ version }) => version)).size).toBe(5)
  })
})

describe("an email is promised", () => {
  const onItsWay = (mode: "live" | "test", test: boolean) =>
    payment([event("payment.pending", { test })], { ask: { money: price, mode } })
  const promise = ": we will email you."

  it("where the store sends one", () => {
    const told = look({ payments: [onItsWay("live", false)], emailsBuyers: true })
    expect(told).toMatchObject({ test: false, will_email: true })
    expect(told.reason?.message.endsWith(promise)).toBe(true)
  })

  it.each<[string, BuyerPayment, boolean]>([
    ["not where the store sends none", onItsWay("live", false), false],
    ["not of a test payment", onItsWay("test", true), true],
    ["not before the first message of one", payment([], { payAt: transfer }), true],
    ["not of test money in a live account", onItsWay("live", true), true],
  ])("%s", (_, of, emailsBuyers) => {
    const told = look({ payments: [of], emailsBuyers })
    expect(told.will_email).toBe(false)
    expect(told.reason?.message).toMatch(/You can close this page\.$/)
  })
})

describe("another payment may be started", () => {
  const may = (purchase: Purchase, rules: Partial<Policy> = {}) => mayRetry(look(purchase, rules))
  it.each<[string, boolean, Purchase]>([
    ["while the buyer has not paid", true, { payments: [payment([])] }],
    ["instead of a bank transfer", true, { payments: [payment([], { payAt: transfer })] }],
    ["after a decline", true, { payments: [payment([event("payment.attempt_failed")])] }],
    ["after a failure", true, { payments: [payment([event("payment.failed")])] }],
    ["after the buyer cancelled", true, { payments: [payment([event("payment.canceled")])] }],
    ["after the time to pay is over", true, { payments: [payment([event("payment.expired")])] }],
    ["for an order placed unpaid", true, { payments: [payment([event("payment.failed")])], order }],
    ["not while the gateway decides", false, { payments: [payment([event("payment.pending")])] }],
    ["not right after coming back", false, { payments: [payment([])], returnedAt: now }],
    ["not once paid", false, { payments: [payment([captured()])], order }],
    ["not once authorised", false, { payments: [payment([event("payment.authorized")])], order }],
    ["not while a person looks", false, { payments: [payment([captured()])] }],
    [
      "not for a cancelled order",
      false,
      { payments: [payment([event("payment.failed")])], order: { ...order, isCanceled: true } },
    ],
  ])("%s", (_, expected, purchase) => expect(may(purchase)).toBe(expected))
})

it("every state is reached", () => {
  const seen = [
    look({ payments: [payment([])] }),
    look({ payments: [payment([event("payment.pending")])] }),
    look({ payments: [payment([], { payAt: transfer })] }),
    look({ payments: [payment([event("payment.authorized")])], order }),
    look({ payments: [payment([captured()])], order }),
    look({ payments: [payment([event("payment.failed")])] }),
    look({ payments: [payment([event("payment.canceled")])] }),
    look({ payments: [payment([event("payment.expired")])] }),
    look({ payments: [payment([captured()])] }),
  ].map(({ state }) => state)
  expect(seen).toEqual(buyerStates)
})

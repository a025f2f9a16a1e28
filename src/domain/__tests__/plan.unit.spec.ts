import fc from "fast-check"
import { deliveries, histories, type History } from "../../../integration-tests/support/model/gateway-model"
import { StoreModel } from "../../../integration-tests/support/model/store-model"
import { fold } from "../fold"
import {
  compare,
  equals,
  fromDecimal,
  fromMinorUnits,
  isPositive,
  smaller,
  subtract,
  type Money,
} from "../money"
import type { PaymentEvent, PaymentEventType } from "../payment-event"
import { kept } from "../went-back"
import { contradicts } from "../contradicts"
import { plan, type Ask, type Plan, type Policy, type Ruling, type StoreView } from "../plan"
import { answerOf } from "../session-answer"
import { expectEqual } from "./expect-equal"

const hour = 3_600_000
const longAfter = new Date("2027-01-01").getTime()
const usual: Policy = {
  orderWhen: "authorized",
  failureGraceMs: 0,
  partial: "await",
  tolerancePercent: 0,
  cancelUnpaidOnFailure: false,
  cancelUnpaidAfterMs: null,
  latePayment: "revive",
}
const strictPolicies = fc.record({
  orderWhen: fc.constantFrom<Policy["orderWhen"]>("pending", "authorized", "paid"),
  failureGraceMs: fc.constantFrom(0, 600_000),
  partial: fc.constant<Policy["partial"]>("await"),
  tolerancePercent: fc.constant(0),
  cancelUnpaidOnFailure: fc.boolean(),
  cancelUnpaidAfterMs: fc.constantFrom(null, hour),
  latePayment: fc.constantFrom<Policy["latePayment"]>("revive", "review"),
})
const policies = strictPolicies.chain(
  (policy) =>
    fc.record({
      ...Object.fromEntries(Object.entries(policy).map(([name, value]) => [name, fc.constant(value)])),
      partial: fc.constantFrom("await", "await", "accept"),
      tolerancePercent: fc.constantFrom(0, 0, 1.5),
    }) as unknown as fc.Arbitrary<Policy>
)
const asked: Money = fromDecimal("42.00", "usd")
const ask: Ask = { money: asked, mode: "test" }

/** A history, what the network made of it, and where the process is killed: after so many effects, perhaps within one. */
const disturbed = fc.tuple(histories(), policies).chain(([history, policy]) =>
  fc.record({
    history: fc.constant(history),
    policy: fc.constant(policy),
    delivered: deliveries(history.events),
    kills: fc.infiniteStream(fc.option(fc.record({ after: fc.nat(2), within: fc.boolean() }), { freq: 2 })),
  })
)

describe("planning", () => {
  it("finds nothing left to do once its plan was applied, for every legal history", () => {
    fc.assert(
      fc.property(disturbed, ({ history, policy, delivered }) => {
        const store = new StoreModel(history.ask)
        const first = settle(delivered, history, store, policy)
        const again = planFor(delivered, history, store, policy)
        expectEqual(again, first.kind === "review" ? first : { kind: "apply", effects: [] })
      }),
      { numRuns: 5_000 }
    )
  })

  it("ends where it would have ended at once, however often it was applied and killed on the way", () => {
    let compared = 0
    fc.assert(
      fc.property(disturbed, ({ history, policy, delivered, kills }) => {
        const once = new StoreModel(history.ask)
        const atOnce = settle(delivered, history, once, policy)
        const stepwise = new StoreModel(history.ask)
        for (let told = 1; told <= delivered.length; told++) {
          const kill = kills.next().value ?? undefined
          settle(delivered.slice(0, told), history, stepwise, policy, kill)
        }
        const last = settle(delivered, history, stepwise, policy)
        const again = planFor(delivered, history, stepwise, policy)
        expectEqual(again, last.kind === "review" ? last : nothing)

        // Orders are not unplaced: where one had to be placed in both cases, the stores are the same.
        if (atOnce.kind === "review" || last.kind === "review") return
        if (!once.outcome.hasOrder || !stepwise.outcome.hasOrder) return
        compared++
        const { captured, refunded, balance } = once.outcome
        expect(stepwise.outcome).toMatchObject({ captured, refunded, balance })
        // Without money the session says what was told last; on a capture that failed an authorisation stays.
        const facts = fold(delivered)
        const stands = facts.captured.length > 0 || facts.authorized.length > 0
        if (!stands || facts.failedCaptures.length > 0) return
        expectEqual(stepwise.outcome, once.outcome)
      }),
      { numRuns: 10_000 }
    )
    expect(compared).toBeGreaterThan(500)
  })

  it("takes back the capture that holds the one that failed, also when a newer one does not", () => {
    const part = (key: string, gatewayPayment: string, amount: string): PaymentEvent => {
      return { ...event("payment.captured"), key, gatewayPayment, resource: key, money: usd(amount) }
    }
    const store = new StoreModel(asked)
    const authorized = event("payment.authorized")
    const [first, second, third] = [
      part("a", "pay_1", "9"),
      part("b", "pay_2", "20"),
      part("c", "pay_1", "6"),
    ]
    settle([authorized, first, second], { ask: asked }, store, usual)
    settle([authorized, first, second, third], { ask: asked }, store, usual)
    expect(store.captured).toEqual(usd("35"))
    const failed: PaymentEvent = { ...second, key: "f", type: "capture.failed" }
    settle([authorized, first, second, third, failed], { ask: asked }, store, usual)
    expect(store.outcome).toMatchObject({ captured: usd("15"), balance: usd("15") })
  })

  it("takes nothing back that the gateway did not take back", () => {
    fc.assert(
      fc.property(disturbed, ({ history, policy, delivered, kills }) => {
        const store = new StoreModel(history.ask)
        const isTakenBack = (type: string) => delivered.some((event) => event.type === type)
        for (let told = 1; told <= delivered.length; told++) {
          const before = store.outcome
          settle(delivered.slice(0, told), history, store, policy, kills.next().value ?? undefined)
          const after = store.outcome
          expectEqual(after.hasOrder || !before.hasOrder, true)
          if (!isTakenBack("capture.failed")) {
            expect(compare(after.captured, before.captured)).toBeGreaterThanOrEqual(0)
          }
          const paidTwice = fold(delivered).paidTimes > 1
          if (!isTakenBack("refund.failed") && !isTakenBack("capture.failed") && !paidTwice) {
            expect(compare(after.refunded, before.refunded)).toBeGreaterThanOrEqual(0)
          }
        }
      }),
      { numRuns: 5_000 }
    )
  })

  it("books on the order what was captured and what was paid back, and not a cent more", () => {
    let refunded = 0
    fc.assert(
      fc.property(disturbed, ({ history, policy, delivered }) => {
        const store = new StoreModel(history.ask)
        const settled = settle(delivered, history, store, policy)
        if (settled.kind === "review" || !store.outcome.hasOrder || store.isCanceled) return
        const facts = fold(delivered)
        const none = fromMinorUnits(0n, history.ask.currency)
        const captured = facts.captured[0] ?? none
        const booked = smaller(captured, history.ask)
        expectEqual(store.captured, booked)
        const paidBack = subtract(smaller(facts.refunded[0] ?? none, captured), subtract(captured, booked))
        expectEqual(store.refunded, isPositive(paidBack) ? paidBack : none)
        expectEqual(store.balance, subtract(store.captured, store.refunded))
        if (isPositive(store.refunded)) refunded++
      }),
      { numRuns: 20_000 }
    )
    expect(refunded).toBeGreaterThan(300)
  })

  it("books a refund made in the admin once, whether its echo comes at once, in parts, or fails", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 4_200n }),
        fc.boolean(),
        fc.constantFrom(
          "refund.pending",
          "refund.succeeded",
          "refund.failed"
        ) as fc.Arbitrary<PaymentEventType>,
        (units, isNamed, told) => {
          const store = new StoreModel(asked)
          const paid = [event("payment.captured")]
          settle(paid, { ask: asked }, store, usual)
          const money = fromMinorUnits(units, "usd")
          store.refundInAdmin(money, isNamed ? "re_1" : undefined)
          const echo = { ...event(told), resource: "re_1", money }
          settle([...paid, echo], { ask: asked }, store, usual)
          expectEqual(planFor([...paid, echo], { ask: asked }, store, usual), nothing)
          expectEqual(store.refunded, told === "refund.failed" ? usd("0.00") : money)
        }
      )
    )
  })
})

describe("an order", () => {
  const someMoney = fc.constantFrom(
    asked,
    usd("41.99"),
    usd("42.01"),
    usd("20.00"),
    eur("42.00"),
    usd("0.00")
  )
  const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 4 })
  const told = fc
    .record({
      key: fc.constantFrom("a", "b", "c", "d"),
      type: fc.constantFrom<PaymentEventType>(
        "payment.pending",
        "payment.authorized",
        "payment.captured",
        "payment.captured",
        "payment.failed",
        "payment.canceled",
        "capture.failed",
        "refund.succeeded"
      ),
      test: fc.constantFrom(true, true, true, false),
      money: someMoney,
      gatewayPayment: fc.constantFrom("pay_1", "pay_1", "pay_2"),
      resource: maybe(fc.constantFrom("obj_1", "obj_2")),
      hold: maybe(fc.constant("risk" as const)),
      otherReceiver: maybe(fc.constant("someone")),
    })
    .map((event) => event as PaymentEvent)
  const lane = fc.array(told, { minLength: 1, maxLength: 4 })
  const stores = fc
    .record({ cart: fc.record({ id: fc.constant("cart_1"), total: someMoney }) })
    .chain((base) =>
      fc.record({
        current: fc.constantFrom(true, true, false),
        status: fc.constantFrom<StoreView["session"]["status"]>("pending", "authorized", "error", "gone"),
        ...{ cart: fc.constant(base.cart) },
      })
    )

  it("is placed for no short, over, foreign, held, refunded or other account's money, and for no other cart", () => {
    fc.assert(
      fc.property(lane, stores, strictPolicies, (events, { cart, current, status }, policy) => {
        const view: StoreView = { cart, session: { status, current, rival: !current } }
        const next = plan(fold(events), ask, view, policy, { now: longAfter })
        if (!kinds(next).includes("complete_cart")) return
        const paying = events.filter(({ type }) => /authorized|captured|pending/.test(type))
        expect(paying.length).toBeGreaterThan(0)
        expectEqual(
          events.every(({ test }) => test),
          true
        )
        expectEqual(
          events.some(({ otherReceiver }) => otherReceiver),
          false
        )
        expectEqual(current, true)
        expectEqual(cart.total, asked)
        const facts = fold(events)
        if (policy.orderWhen === "pending" && !facts.captured[0] && !facts.authorized[0]) return
        expectEqual(
          events.some(({ hold }) => hold),
          false
        )
        const left = kept(facts)
        const isAsked = (money: Money) => equals(money, asked)
        expectEqual([...facts.authorized, ...facts.captured, ...left].some(isAsked), true)
        expectEqual(
          facts.captured.every((money) => isAsked(money) || left.some(isAsked)),
          true
        )
        expectEqual(left.length, facts.captured.length)
        if (policy.orderWhen === "paid") expect(facts.captured).not.toEqual([])
      }),
      { numRuns: 20_000 }
    )
  })

  it("is not placed on a payment whose capture failed before the order stood", () => {
    const policy: Policy = { ...usual, orderWhen: "pending" }
    const captured = { ...event("payment.captured"), resource: "cap_1" }
    for (const within of [true, false]) {
      const store = new StoreModel(asked)
      settle([captured], { ask: asked }, store, policy, { after: within ? 0 : 1, within })
      const failed = { ...event("capture.failed"), resource: "cap_1" }
      settle([captured, failed], { ask: asked }, store, policy)
      expect(store.outcome.hasOrder).toBe(false)
      expect(planFor([captured, failed], { ask: asked }, store, policy)).toEqual(nothing)
    }
  })

  it("is never recorded as paid more than was asked for", () => {
    fc.assert(
      fc.property(lane, policies, (events, policy) => {
        const store = new StoreModel(asked)
        settle(events, { ask: asked }, store, policy)
        expect(compare(store.captured, asked)).toBeLessThanOrEqual(0)
      }),
      { numRuns: 5_000 }
    )
  })

  it("is placed by the buyer's browser only where it would be placed without it", () => {
    fc.assert(
      fc.property(lane, policies, (events, policy) => {
        const facts = fold(events)
        const answer = answerOf(facts, ask, policy, longAfter)
        if (contradicts(facts, ask, policy)) expect(["pending"]).toContain(answer)
        const fresh = new StoreModel(asked)
        const next = plan(facts, ask, fresh.view, policy, { now: longAfter })
        const opens = ["authorized", "captured", "pending_authorization"].includes(answer)
        expectEqual(kinds(next).includes("complete_cart"), opens)
        const isPaidFor = answer === "authorized" || answer === "captured"
        expectEqual(kinds(next).includes("authorize_payment"), isPaidFor)
      }),
      { numRuns: 10_000 }
    )
  })
})

describe("a failure", () => {
  const policy: Policy = { ...usual, failureGraceMs: hour }
  const at = new Date("2026-01-01T00:00:00Z")
  const failed = (type: PaymentEventType) => [{ ...event(type), occurredAt: at }]

  it("closes the session only after the grace time, and asks to be looked at again then", () => {
    const view = new StoreModel(asked).view
    for (const [type, status] of [
      ["payment.failed", "error"],
      ["payment.canceled", "canceled"],
      ["payment.expired", "canceled"],
    ] as const) {
      const facts = fold(failed(type))
      const believedAt = at.getTime() + hour
      expect(plan(facts, ask, view, policy, { now: believedAt - 1 })).toEqual({
        kind: "apply",
        effects: [],
        recheckAt: believedAt,
      })
      expect(answerOf(facts, ask, policy, believedAt - 1)).toBe("pending")
      expect(plan(facts, ask, view, policy, { now: believedAt })).toEqual({
        kind: "apply",
        effects: [{ kind: "mark_session", status }],
      })
      expect(answerOf(facts, ask, policy, believedAt)).toBe(status)
    }
  })

  it("closes nothing that is authorised, and does not touch a session that is gone", () => {
    for (const status of ["authorized", "captured", "gone", "error", "canceled"] as const) {
      const view: StoreView = { session: { status, current: true, rival: false } }
      expect(plan(fold(failed("payment.failed")), ask, view, policy, { now: longAfter })).toEqual(nothing)
    }
  })

  it("is forgotten when the buyer is on the way with another payment", () => {
    const store = new StoreModel(asked)
    settle(failed("payment.failed"), { ask: asked }, store, policy)
    expect(store.outcome.session).toBe("error")
    const second = { ...event("payment.pending"), gatewayPayment: "pay_2" }
    settle([...failed("payment.failed"), second], { ask: asked }, store, policy)
    expect(store.outcome.session).toBe("pending_authorization")
  })
})

describe("a review", () => {
  const policy = usual
  const captured = (money: Money, more: Partial<PaymentEvent> = {}) =>
    fold([{ ...event("payment.captured"), money, ...more }])
  const paid = captured(asked)
  const fresh = new StoreModel(asked).view
  const reasonOf = (next: Plan) => (next.kind === "review" ? next.reason : next)

  it.each([
    ["amount_short", captured(usd("41.99"))],
    ["amount_over", captured(usd("42.01"))],
    ["currency_differs", captured(eur("42.00"))],
    ["mode_differs", captured(asked, { test: false })],
    ["receiver_differs", captured(asked, { otherReceiver: "someone" })],
    ["held_by_gateway", captured(asked, { hold: "risk" })],
    [
      "amount_over",
      fold([event("payment.captured"), { ...event("payment.captured"), key: "2", gatewayPayment: "pay_2" }]),
    ],
    [
      "currency_differs",
      fold([event("payment.captured"), { ...event("refund.succeeded"), money: eur("1.00") }]),
    ],
  ] as const)("says %s, and the buyer's browser places no order", (reason, facts) => {
    expect(reasonOf(plan(facts, ask, fresh, policy, { now: 0 }))).toBe(reason)
    expect(answerOf(facts, ask, policy, 0)).toBe("pending")
  })

  it("is asked for money whose cart has changed, also before it has come", () => {
    const view: StoreView = { ...fresh, cart: { id: "cart_1", total: usd("100.00") } }
    expect(reasonOf(plan(paid, ask, view, policy, { now: 0 }))).toBe("cart_changed")
    const pending = fold([event("payment.pending")])
    expect(reasonOf(plan(pending, ask, view, { ...policy, orderWhen: "pending" }, { now: 0 }))).toBe(
      "cart_changed"
    )
  })

  it("is asked for money through a session that another one replaced, with and without an order", () => {
    const session = { status: "canceled", current: false, rival: true } as const
    expect(reasonOf(plan(paid, ask, { ...fresh, session }, policy, { now: 0 }))).toBe("session_replaced")
    const order = { ...placed, id: "order_1" }
    expect(reasonOf(plan(paid, ask, { order, session }, policy, { now: 0 }))).toBe("session_replaced")
  })

  it("is asked for money for an order that another payment has paid, but not while the order is owed some", () => {
    const session = { status: "pending_authorization", current: true, rival: true } as const
    const order = { ...placed, id: "order_1" }
    const paidUp = { ...order, owed: fromDecimal("0.00", "usd") }
    expect(kinds(plan(paid, ask, { order, session }, policy, { now: 0 }))).toContain("record_capture")
    expect(reasonOf(plan(paid, ask, { order: paidUp, session }, policy, { now: 0 }))).toBe("session_replaced")
    const back = fold([event("payment.captured"), event("refund.succeeded")])
    expect(kinds(plan(back, ask, { order: paidUp, session }, policy, { now: 0 }))).toEqual(["mark_session"])
  })

  it("is asked for money that belongs to no cart and no order", () => {
    const session = { status: "pending", current: true, rival: false } as const
    expect(reasonOf(plan(paid, ask, { session }, policy, { now: 0 }))).toBe("no_cart")
  })

  it("is not asked for money that went back before there was an order: the session is closed", () => {
    const facts = fold([event("payment.captured"), event("refund.succeeded")])
    expect(plan(facts, ask, fresh, policy, { now: 0 })).toEqual({
      kind: "apply",
      effects: [{ kind: "mark_session", status: "canceled" }],
    })
    expect(answerOf(facts, ask, policy, 0)).toBe("canceled")
  })

  it("is asked for money for a cancelled order, but not when nothing is missing or all went back", () => {
    const store = new StoreModel(asked)
    settle([event("payment.authorized")], { ask: asked }, store, policy)
    store.cancelOrder()
    expect(reasonOf(plan(paid, ask, store.view, policy, { now: 0 }))).toBe("order_canceled")
    const refunded = fold([event("payment.captured"), event("refund.succeeded")])
    expect(plan(refunded, ask, store.view, policy, { now: 0 })).toEqual(nothing)

    const settled = new StoreModel(asked)
    settle([event("payment.captured")], { ask: asked }, settled, policy)
    settled.cancelOrder()
    expect(plan(paid, ask, settled.view, policy, { now: 0 })).toEqual(nothing)
    expect(kinds(plan(refunded, ask, settled.view, policy, { now: 0 }))).toEqual(["record_refund"])
  })

  it("is asked for money of which more went back than what was too much, but not for an order that stands", () => {
    const over = { ...event("payment.captured"), money: usd("42.01") }
    const back = (amount: string) => ({ ...event("refund.succeeded"), money: usd(amount) })
    expect(plan(fold([over, back("42.00")]), ask, fresh, policy, { now: 0 })).toMatchObject({
      reason: "amount_short",
      told: usd("0.01"),
    })
    expect(answerOf(fold([over, back("42.00")]), ask, policy, 0)).toBe("pending")
    expect(kinds(plan(fold([over, back("0.01")]), ask, fresh, policy, { now: 0 }))).toContain("complete_cart")
    expect(answerOf(fold([over, back("0.01")]), ask, policy, 0)).toBe("captured")

    const store = new StoreModel(asked)
    settle([over, back("0.01")], { ask: asked }, store, policy)
    const later = [over, back("0.01"), { ...back("10.00"), key: "goods", resource: "re_goods" }]
    settle(later, { ask: asked }, store, policy)
    expect(store.refunded).toEqual(usd("10.00"))
    expect(contradicts(fold(later), ask, policy)).toBeUndefined()
    expect(kinds(plan(fold([over, back("42.01")]), ask, fresh, policy, { now: 0 }))).toEqual(["mark_session"])

    const canceled = new StoreModel(asked)
    settle([event("payment.authorized")], { ask: asked }, canceled, policy)
    const { order, ...rest } = canceled.view
    const view: StoreView = { ...rest, order: { ...order!, canceled: true, canceledByUs: true } }
    const revive: Policy = { ...policy, latePayment: "revive" }
    expect(kinds(plan(fold([over, back("0.01")]), ask, view, revive, { now: 0 }))).toContain("revive_order")
    expect(reasonOf(plan(fold([over, back("42.00")]), ask, view, revive, { now: 0 }))).toBe("order_canceled")
  })

  it("is not asked for when a part is taken of an authorisation that an order stands on", () => {
    const store = new StoreModel(asked)
    const authorized = { ...event("payment.authorized"), occurredAt: new Date(0) }
    settle([authorized], { ask: asked }, store, policy)
    const rest = [
      authorized,
      { ...event("payment.captured"), money: usd("20.00") },
      { ...event("payment.canceled"), occurredAt: new Date(1000) },
    ]
    expect(plan(fold(rest), ask, fresh, policy, { now: 0 })).toMatchObject({ reason: "amount_short" })
    settle(rest, { ask: asked }, store, policy)
    expect(store.captured).toEqual(usd("20.00"))
  })
})

describe("money that is not quite what was asked for", () => {
  const captured = (amount: string) => [{ ...event("payment.captured"), money: usd(amount) }]

  it("counts as the whole up to the tolerance, and what is missing is written off", () => {
    const policy = { ...usual, tolerancePercent: 1 }
    const store = new StoreModel(asked)
    settle(captured("41.58"), { ask: asked }, store, policy)
    expect(store.outcome).toMatchObject({ hasOrder: true, captured: usd("41.58") })
    expect(store.view.order?.writtenOff).toEqual(usd("0.42"))
    expect(planFor(captured("41.57"), { ask: asked }, new StoreModel(asked), policy)).toMatchObject({
      reason: "amount_short",
    })
    const over = new StoreModel(asked)
    settle(captured("42.42"), { ask: asked }, over, policy)
    expect(over.outcome).toMatchObject({ hasOrder: true, captured: asked })
    expect(planFor(captured("42.43"), { ask: asked }, over, policy)).toMatchObject({ reason: "amount_over" })
  })

  it("places the order as part paid where parts are accepted; the rest is booked when it comes", () => {
    const policy: Policy = { ...usual, orderWhen: "paid", partial: "accept" }
    const store = new StoreModel(asked)
    settle(captured("20.00"), { ask: asked }, store, policy)
    expect(store.outcome).toMatchObject({ hasOrder: true, captured: usd("20.00") })
    expect(store.view.order?.writtenOff).toEqual(usd("0.00"))
    const rest = { ...event("payment.captured"), key: "2", resource: "cap_2", money: usd("22.00") }
    settle([{ ...captured("20.00")[0]!, resource: "cap_1" }, rest], { ask: asked }, store, policy)
    expect(store.captured).toEqual(asked)
  })

  it.each<[Ruling, string]>([
    ["accept_part", "0.00"],
    ["accept_full", "22.00"],
  ])("is settled as a person decided: %s", (ruling, writtenOff) => {
    const store = new StoreModel(asked)
    settle(captured("20.00"), { ask: asked }, store, usual, undefined, ruling)
    expect(store.captured).toEqual(usd("20.00"))
    expect(store.view.order?.writtenOff).toEqual(usd(writtenOff))
    const again = plan(fold(captured("20.00")), ask, store.view, usual, { now: longAfter, ruling })
    expect(again).toEqual(nothing)
    // What comes later is booked, and what was written off comes back.
    settle([...captured("20.00"), { ...event("payment.captured"), key: "2" }], { ask: asked }, store, usual)
    expect(store.captured).toEqual(asked)
    expect(store.view.order?.writtenOff).toEqual(usd("0.00"))
  })

  it("is never accepted by a person as another receiver's, mode's or currency's money", () => {
    for (const more of [{ otherReceiver: "someone" }, { test: false }, { money: eur("42.00") }]) {
      const facts = fold([{ ...event("payment.captured"), ...more }])
      for (const ruling of ["accept_part", "accept_full"] as const) {
        const next = plan(facts, ask, new StoreModel(asked).view, usual, { now: 0, ruling })
        expect(next.kind).toBe("review")
      }
      expect(plan(facts, ask, new StoreModel(asked).view, usual, { now: 0, ruling: "ignore" })).toEqual({
        kind: "ignored",
      })
    }
  })

  it("paid twice is a question until the gateway paid one back, and then nobody's refund", () => {
    const twice = [
      event("payment.captured"),
      { ...event("payment.captured"), key: "2", gatewayPayment: "pay_2" },
    ]
    const store = new StoreModel(asked)
    settle([event("payment.captured")], { ask: asked }, store, usual)
    expect(planFor(twice, { ask: asked }, store, usual)).toMatchObject({ reason: "amount_over" })
    const back = { ...event("refund.succeeded"), gatewayPayment: "pay_2", resource: "re_2" }
    expect(planFor([...twice, back], { ask: asked }, store, usual)).toEqual(nothing)
    const all = { ...event("refund.succeeded"), key: "re_1", resource: "re_1" }
    settle([...twice, back, all], { ask: asked }, store, usual)
    expect(store.refunded).toEqual(asked)
  })
})

describe("a payment through a session that core has deleted", () => {
  it("places the order when the cart still costs the same and nothing else paid for it", () => {
    const store = new StoreModel(asked)
    store.replaceSession()
    const next = planFor([event("payment.captured")], { ask: asked }, store, usual)
    expect(kinds(next)[0]).toBe("restore_session")
    settle([event("payment.captured")], { ask: asked }, store, usual)
    expect(store.outcome).toMatchObject({ hasOrder: true, captured: asked })
  })
})

describe("an order that is not paid", () => {
  const at = new Date("2026-01-01T00:00:00Z")
  const authorized = { ...event("payment.authorized"), occurredAt: at }
  const lapsed = { ...event("payment.expired"), occurredAt: new Date(at.getTime() + hour) }
  const ordered = (policy: Policy) => {
    const store = new StoreModel(asked)
    settle([authorized], { ask: asked }, store, policy)
    return store
  }

  it("loses its authorisation when it lapses, and stays an order unless the owner wants otherwise", () => {
    const store = ordered(usual)
    settle([authorized, lapsed], { ask: asked }, store, usual)
    expect(store.outcome).toMatchObject({ hasOrder: true, isAuthorized: false, session: "canceled" })
    expect(store.isCanceled).toBe(false)
  })

  it("is cancelled on failure only after the gateway was asked, and comes back when its money comes", () => {
    const policy: Policy = { ...usual, cancelUnpaidOnFailure: true }
    const store = ordered(policy)
    const facts = fold([authorized, lapsed])
    expect(plan(facts, ask, store.view, policy, { now: longAfter })).toEqual({ kind: "ask_gateway" })
    settle([authorized, lapsed], { ask: asked }, store, policy)
    expect(store.isCanceled).toBe(true)
    const paid = [authorized, lapsed, event("payment.captured")]
    expect(planFor(paid, { ask: asked }, store, { ...policy, latePayment: "review" })).toMatchObject({
      reason: "order_canceled",
    })
    settle(paid, { ask: asked }, store, policy)
    expect(store.isCanceled).toBe(false)
    expect(store.outcome).toMatchObject({ isAuthorized: true, captured: asked })
  })

  it("is cancelled after its time, never before and never once anything was captured", () => {
    const policy: Policy = { ...usual, orderWhen: "pending", cancelUnpaidAfterMs: hour }
    const store = new StoreModel(asked)
    settle([event("payment.pending")], { ask: asked }, store, { ...policy, cancelUnpaidAfterMs: null })
    const facts = fold([event("payment.pending")])
    const view = () => store.view
    expect(store.outcome.hasOrder).toBe(true)
    if (store.isCanceled) throw new Error("cancelled at once")
    expect(plan(facts, ask, view(), policy, { now: hour - 1 })).toEqual({
      kind: "apply",
      effects: [],
      recheckAt: hour,
    })
    expect(plan(facts, ask, view(), policy, { now: hour })).toEqual({ kind: "ask_gateway" })
    const paid = fold([event("payment.pending"), event("payment.captured")])
    expect(kinds(plan(paid, ask, view(), policy, { now: hour, asked: true }))).not.toContain("cancel_order")
    expect(kinds(plan(facts, ask, view(), policy, { now: hour, asked: true }))).toContain("cancel_order")
  })
})

const placed = {
  id: "order_model",
  canceled: false,
  canceledByUs: false,
  placedAt: 0,
  writtenOff: fromDecimal("0.00", "usd"),
  owed: fromDecimal("42.00", "usd"),
}
const nothing: Plan = { kind: "apply", effects: [] }

function event(type: PaymentEventType): PaymentEvent {
  return { key: type, type, test: true, gatewayPayment: "pay_1", money: asked }
}

/** Plans and applies until nothing is left to do, as a worker does; killed, it stops where it is killed. */
function settle(
  events: readonly PaymentEvent[],
  history: Pick<History, "ask">,
  store: StoreModel,
  policy: Policy,
  kill?: { after: number; within: boolean },
  ruling?: Ruling
): Plan {
  let done = 0
  for (let round = 0; round < 6; round++) {
    const next = planFor(events, history, store, policy, ruling)
    if (next.kind !== "apply" || next.effects.length === 0) return next
    for (const effect of next.effects) {
      if (kill?.after === done && !kill.within) return next
      store.apply(effect, kill?.after === done)
      if (kill?.after === done) return next
      done++
      if (effect.kind === "restore_session") break
    }
  }
  throw new Error("the store does not obey")
}

/** The gateway was asked where a plan wants it, and had nothing new to say. */
function planFor(
  events: readonly PaymentEvent[],
  history: Pick<History, "ask">,
  store: StoreModel,
  policy: Policy,
  ruling?: Ruling
): Plan {
  const when = { now: longAfter, asked: true, ...(ruling ? { ruling } : {}) }
  return plan(fold(events), { money: history.ask, mode: "test" }, store.view, policy, when)
}

function kinds(next: Plan): string[] {
  return next.kind === "apply" ? next.effects.map(({ kind }) => kind) : []
}

function usd(amount: string): Money {
  return fromDecimal(amount, "usd")
}

function eur(amount: string): Money {
  return fromDecimal(amount, "eur")
}

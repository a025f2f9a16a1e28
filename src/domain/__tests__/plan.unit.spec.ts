import fc from "fast-check"
import { deliveries, histories, type History } from "../../../integration-tests/support/model/gateway-model"
import { StoreModel } from "../../../integration-tests/support/model/store-model"
import { fold } from "../fold"
import { compare, equals, fromDecimal, fromMinorUnits, type Money } from "../money"
import type { PaymentEvent, PaymentEventType } from "../payment-event"
import { contradicts, plan, type Ask, type Effect, type Plan, type Policy, type StoreView } from "../plan"
import { answerOf } from "../session-answer"

const hour = 3_600_000
const longAfter = new Date("2027-01-01").getTime()
const policies = fc.record<Policy>({
  orderWhen: fc.constantFrom("pending", "authorized", "paid"),
  failureGraceMs: fc.constantFrom(0, 600_000),
})
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
        expect(again).toEqual(first.kind === "review" ? first : { kind: "apply", effects: [] })
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
        expect(again).toEqual(last.kind === "review" ? last : { kind: "apply", effects: [] })

        // Orders are not unplaced and captures not unrecorded: where neither had to be, the stores are the same.
        const facts = fold(delivered)
        const stands = facts.captured.length > 0 || facts.authorized.length > 0
        const takesBack = delivered.some(({ type }) => type === "capture.failed")
        if (atOnce.kind === "review" || last.kind === "review" || !stands || takesBack) return
        if (policy.orderWhen === "paid" && !once.outcome.hasOrder) return
        compared++
        expect(stepwise.outcome).toEqual(once.outcome)
      }),
      { numRuns: 10_000 }
    )
    expect(compared).toBeGreaterThan(500)
  })

  it("takes nothing back: an order stays, and what was recorded as captured never shrinks", () => {
    fc.assert(
      fc.property(disturbed, ({ history, policy, delivered, kills }) => {
        const store = new StoreModel(history.ask)
        for (let told = 1; told <= delivered.length; told++) {
          const before = store.outcome
          settle(delivered.slice(0, told), history, store, policy, kills.next().value ?? undefined)
          const after = store.outcome
          expect(after.hasOrder || !before.hasOrder).toBe(true)
          expect(compare(after.captured, before.captured)).toBeGreaterThanOrEqual(0)
        }
      }),
      { numRuns: 3_000 }
    )
  })

  it("records what was captured in full on the order, once the order stands", () => {
    fc.assert(
      fc.property(disturbed, ({ history, policy, delivered }) => {
        const store = new StoreModel(history.ask)
        const settled = settle(delivered, history, store, policy)
        if (settled.kind === "review" || !store.outcome.hasOrder) return
        const captured = fold(delivered).captured[0]
        expect(store.captured).toEqual(captured ?? fromMinorUnits(0n, history.ask.currency))
        expect(store.outcome.inOrder).toEqual(store.captured)
      }),
      { numRuns: 3_000 }
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
      fc.property(lane, stores, policies, (events, { cart, current, status }, policy) => {
        const view: StoreView = { cart, session: { status, current } }
        const next = plan(fold(events), ask, view, policy, longAfter)
        if (!kinds(next).includes("complete_cart")) return
        const paying = events.filter(({ type }) => /authorized|captured|pending/.test(type))
        expect(paying.length).toBeGreaterThan(0)
        expect(events.every(({ test }) => test)).toBe(true)
        expect(events.some(({ otherReceiver }) => otherReceiver)).toBe(false)
        expect(current).toBe(true)
        expect(cart.total).toEqual(asked)
        const facts = fold(events)
        if (policy.orderWhen === "pending" && !facts.captured[0] && !facts.authorized[0]) return
        expect(events.some(({ hold }) => hold)).toBe(false)
        expect([...facts.authorized, ...facts.captured].some((money) => equals(money, asked))).toBe(true)
        expect(facts.refunded.some((money) => compare(money, asked) >= 0)).toBe(false)
        if (policy.orderWhen === "paid") expect(facts.captured).toEqual([asked])
      }),
      { numRuns: 20_000 }
    )
  })

  it("is not placed on a payment whose capture failed before the order stood", () => {
    const policy: Policy = { orderWhen: "pending", failureGraceMs: 0 }
    const captured = { ...event("payment.captured"), resource: "cap_1" }
    for (const within of [true, false]) {
      const store = new StoreModel(asked)
      settle([captured], { ask: asked }, store, policy, { after: within ? 0 : 1, within })
      const failed = { ...event("capture.failed"), resource: "cap_1" }
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
        if (contradicts(facts, ask)) expect(["pending"]).toContain(answer)
        const fresh = new StoreModel(asked)
        const next = plan(facts, ask, fresh.view, policy, longAfter)
        const opens = ["authorized", "captured", "pending_authorization"].includes(answer)
        expect(kinds(next).includes("complete_cart")).toBe(opens)
        const isPaidFor = answer === "authorized" || answer === "captured"
        expect(kinds(next).includes("authorize_payment")).toBe(isPaidFor)
      }),
      { numRuns: 10_000 }
    )
  })
})

describe("a failure", () => {
  const policy: Policy = { orderWhen: "authorized", failureGraceMs: hour }
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
      expect(plan(facts, ask, view, policy, believedAt - 1)).toEqual({
        kind: "apply",
        effects: [],
        recheckAt: believedAt,
      })
      expect(answerOf(facts, ask, policy, believedAt - 1)).toBe("pending")
      expect(plan(facts, ask, view, policy, believedAt)).toEqual({
        kind: "apply",
        effects: [{ kind: "mark_session", status }],
      })
      expect(answerOf(facts, ask, policy, believedAt)).toBe(status)
    }
  })

  it("closes nothing that is authorised, and does not touch a session that is gone", () => {
    for (const status of ["authorized", "captured", "gone", "error", "canceled"] as const) {
      const view: StoreView = { session: { status, current: true } }
      expect(plan(fold(failed("payment.failed")), ask, view, policy, longAfter)).toEqual(nothing)
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
  const policy: Policy = { orderWhen: "authorized", failureGraceMs: 0 }
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
    expect(reasonOf(plan(facts, ask, fresh, policy, 0))).toBe(reason)
    expect(answerOf(facts, ask, policy, 0)).toBe("pending")
  })

  it("is asked for money whose cart has changed, also before it has come", () => {
    const view: StoreView = { ...fresh, cart: { id: "cart_1", total: usd("100.00") } }
    expect(reasonOf(plan(paid, ask, view, policy, 0))).toBe("cart_changed")
    const pending = fold([event("payment.pending")])
    expect(reasonOf(plan(pending, ask, view, { ...policy, orderWhen: "pending" }, 0))).toBe("cart_changed")
  })

  it("is asked for money through a session that another one replaced, with and without an order", () => {
    const session = { status: "canceled", current: false } as const
    expect(reasonOf(plan(paid, ask, { ...fresh, session }, policy, 0))).toBe("session_replaced")
    const order = { id: "order_1", canceled: false }
    expect(reasonOf(plan(paid, ask, { order, session }, policy, 0))).toBe("session_replaced")
  })

  it("is asked for money that belongs to no cart and no order", () => {
    const session = { status: "pending", current: true } as const
    expect(reasonOf(plan(paid, ask, { session }, policy, 0))).toBe("no_cart")
  })

  it("is asked for money that went back before there was an order", () => {
    const facts = fold([event("payment.captured"), event("refund.succeeded")])
    expect(reasonOf(plan(facts, ask, fresh, policy, 0))).toBe("refunded_before_order")
    expect(answerOf(facts, ask, policy, 0)).toBe("canceled")
  })

  it("is asked for money for a cancelled order, but not when nothing is missing or all went back", () => {
    const store = new StoreModel(asked)
    settle([event("payment.authorized")], { ask: asked }, store, policy)
    store.cancelOrder()
    expect(reasonOf(plan(paid, ask, store.view, policy, 0))).toBe("order_canceled")
    const refunded = fold([event("payment.captured"), event("refund.succeeded")])
    expect(plan(refunded, ask, store.view, policy, 0)).toEqual(nothing)

    const settled = new StoreModel(asked)
    settle([event("payment.captured")], { ask: asked }, settled, policy)
    settled.cancelOrder()
    expect(plan(paid, ask, settled.view, policy, 0)).toEqual(nothing)
    expect(plan(refunded, ask, settled.view, policy, 0)).toEqual(nothing)
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
    expect(plan(fold(rest), ask, fresh, policy, 0)).toMatchObject({ reason: "amount_short" })
    settle(rest, { ask: asked }, store, policy)
    expect(store.captured).toEqual(usd("20.00"))
  })
})

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
  kill?: { after: number; within: boolean }
): Plan {
  const next = planFor(events, history, store, policy)
  if (next.kind === "review") return next
  const effects: readonly Effect[] = next.effects
  for (const [index, effect] of effects.entries()) {
    if (kill?.after === index && !kill.within) return next
    store.apply(effect, kill?.after === index)
    if (kill?.after === index) return next
  }
  return next
}

function planFor(
  events: readonly PaymentEvent[],
  history: Pick<History, "ask">,
  store: StoreModel,
  policy: Policy
): Plan {
  return plan(fold(events), { money: history.ask, mode: "test" }, store.view, policy, longAfter)
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

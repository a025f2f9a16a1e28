import { fold, type Facts } from "../fold"
import { fromDecimal, zero } from "../money"
import type { PaymentEvent, PaymentEventType } from "../payment-event"
import { plan, type Effect, type Plan, type Policy, type ReviewReason, type StoreView } from "../plan"
import {
  decidable,
  decidableReasons,
  decisionKinds,
  possibleDecisions,
  refundable,
  type DecidableReason,
} from "../possible-decisions"
import { seenToken } from "../seen"
import { tellPlan } from "../tell-plan"
import { kept, wentBack } from "../went-back"

const eur = (amount: string) => fromDecimal(amount, "eur")
const ask = { money: eur("42.00"), mode: "test" } as const
const policy: Policy = {
  orderWhen: "authorized",
  failureGraceMs: 0,
  partial: "await",
  tolerancePercent: 0,
  cancelUnpaidOnFailure: false,
  cancelUnpaidAfterMs: null,
  latePayment: "revive",
}
const fresh: StoreView = {
  cart: { id: "cart_1", total: eur("42.00") },
  session: { status: "pending", current: true, rival: false },
}
let keys = 0
function told(type: PaymentEventType, amount: string, more: Partial<PaymentEvent> = {}): PaymentEvent {
  const money = eur(amount)
  return { key: `event_${++keys}`, type, test: true, gatewayPayment: "pay_1", money, ...more }
}
const refund = (state: "pending" | "succeeded" | "failed", amount: string, resource = "ref_1") =>
  told(`refund.${state}`, amount, { resource })
const planned = (facts: Facts, store: StoreView = fresh): Plan => plan(facts, ask, store, policy, { now: 0 })

describe("which decisions are possible", () => {
  const short = fold([told("payment.captured", "40.00")])
  const over = fold([told("payment.captured", "50.00")])
  const exact = fold([told("payment.captured", "42.00")])
  const cases: Record<DecidableReason, [Facts, string[]]> = {
    receiver_differs: [exact, ["ignore"]],
    mode_differs: [exact, ["ignore"]],
    currency_differs: [exact, ["refund", "attach", "ignore"]],
    amount_short: [short, ["accept_part", "accept_full", "refund", "ignore"]],
    amount_over: [over, ["accept_full", "refund", "ignore"]],
    held_by_gateway: [exact, ["accept_full", "refund", "ignore"]],
    session_replaced: [exact, ["refund", "attach", "ignore"]],
    cart_changed: [exact, ["accept_full", "refund", "attach", "ignore"]],
    order_canceled: [exact, ["refund", "attach", "ignore"]],
    no_cart: [exact, ["refund", "attach", "ignore"]],
    out_of_stock: [exact, ["refund", "attach", "ignore"]],
    never_matched: [exact, ["refund", "attach", "ignore"]],
  }

  it.each(Object.entries(cases))("%s", (reason, [facts, possible]) => {
    expect(possibleDecisions(reason as DecidableReason, facts, ask.money)).toEqual(possible)
  })

  it("is said for every reason, and each decision is the answer to one", () => {
    expect([...decidableReasons].sort()).toEqual(Object.keys(cases).sort())
    expect(new Set(Object.values(cases).flatMap(([, possible]) => possible))).toEqual(new Set(decisionKinds))
    for (const reason of decidableReasons) expect(decidable("review", reason)).toBe(reason)
    expect(decidable("unmatched", "unknown_payment")).toBe("never_matched")
    expect(decidable("settled", "amount_short")).toBeUndefined()
    expect(decidable("review", "of a later version")).toBeUndefined()
  })

  it("lets a part be accepted of which too much came and more than the difference went back", () => {
    const left = fold([told("payment.captured", "50.00"), told("refund.succeeded", "20.00")])
    expect(possibleDecisions("amount_short", left, ask.money)).toContain("accept_part")
  })

  it("never calls a cart paid in full that costs more now, and gives nothing back that is not there", () => {
    expect(possibleDecisions("cart_changed", exact, eur("50.00"))).toEqual([
      "accept_part",
      "refund",
      "attach",
      "ignore",
    ])
    const back = fold([told("payment.captured", "42.00"), refund("succeeded", "42.00")])
    expect(possibleDecisions("session_replaced", back, ask.money)).toEqual(["ignore"])
    expect(possibleDecisions("never_matched", fold([refund("failed", "1.00")]), undefined)).toEqual([
      "ignore",
    ])
  })
})

describe("giving back", () => {
  it("counts what is on its way back, and not what failed", () => {
    const captured = told("payment.captured", "42.00")
    const pending = fold([captured, refund("pending", "40.00")])
    expect(kept(pending)).toEqual([eur("2.00")])
    expect(refundable(pending)).toEqual({ by: "refund", money: eur("2.00") })
    expect(wentBack(pending)).toBe(false)
    expect(wentBack(fold([captured, refund("pending", "40.00"), refund("succeeded", "2.00", "ref_2")]))).toBe(
      true
    )
    expect(kept(fold([captured, refund("pending", "40.00"), refund("failed", "40.00")]))).toEqual([
      eur("42.00"),
    ])
  })

  it("releases what is only authorised, and nothing when there is nothing", () => {
    expect(refundable(fold([told("payment.authorized", "42.00")]))).toEqual({
      by: "cancel",
      money: eur("42.00"),
    })
    expect(refundable(fold([told("payment.pending", "42.00")]))).toBeUndefined()
  })

  it("ends the review of wrong money that the store never booked", () => {
    const captured = told("payment.captured", "40.00")
    const back = fold([captured, refund("pending", "40.00")])
    expect(planned(fold([captured]))).toMatchObject({ reason: "amount_short" })
    expect(planned(back)).toEqual({ kind: "apply", effects: [{ kind: "mark_session", status: "canceled" }] })
    const closed = { ...fresh, session: { ...fresh.session, status: "canceled" } } as const
    expect(planned(back, closed)).toEqual({ kind: "apply", effects: [] })
    const failed = fold([captured, refund("pending", "40.00"), refund("failed", "40.00")])
    expect(planned(failed, closed)).toMatchObject({ reason: "amount_short" })
  })

  it("of too much leaves the rest as it was asked for, also where the authorisation was larger", () => {
    const facts = fold([
      told("payment.authorized", "50.00"),
      told("payment.captured", "50.00"),
      refund("succeeded", "8.00"),
    ])
    expect(planned(facts)).toMatchObject({
      kind: "apply",
      effects: [
        { kind: "authorize_payment" },
        { kind: "complete_cart" },
        { kind: "record_capture", money: eur("42.00") },
      ],
    })
  })

  it("of too much ends the gateway's hold for that, and no other", () => {
    const held = (hold: "over" | "risk") =>
      fold([told("payment.captured", "50.00", { hold }), refund("succeeded", "8.00")])
    expect(planned(held("over"))).toMatchObject({ kind: "apply" })
    expect(planned(held("risk"))).toMatchObject({ reason: "held_by_gateway" })
  })

  it("does not change whose or which mode's money it was", () => {
    const events = [told("payment.captured", "42.00"), refund("succeeded", "42.00")]
    const other = fold(events.map((event) => ({ ...event, otherReceiver: "acct_other" })))
    expect(planned(other)).toMatchObject({ reason: "receiver_differs" })
  })
})

describe("what a person saw", () => {
  const facts = fold([told("payment.captured", "40.00")])
  const seen = { state: "review", reason: "amount_short", facts, decisions: 0 }

  it("is the same for the same payment, and another after a decision, a refund or another price of the target", () => {
    const target = { id: "cart_1", money: eur("42.00") }
    const refunded = fold([told("payment.captured", "40.00"), refund("pending", "1.00")])
    const others = [
      { ...seen, decisions: 1 },
      { ...seen, facts: refunded },
      { ...seen, reason: "amount_over" },
      { ...seen, state: "settled" },
      { ...seen, target },
      { ...seen, target: { ...target, money: eur("43.00") } },
      { ...seen, target: { ...target, id: "cart_2" } },
    ]
    const tokens = [seen, ...others].map(seenToken)
    expect(new Set(tokens).size).toBe(tokens.length)
    expect(seenToken({ ...seen, facts: fold([told("payment.captured", "40.00")]) })).toBe(seenToken(seen))
  })
})

describe("a plan in plain words", () => {
  const money = eur("42.00")
  const effects: Record<Effect["kind"], Effect> = {
    mark_session: { kind: "mark_session", status: "error" },
    restore_session: { kind: "restore_session", cart_id: "cart_1" },
    authorize_payment: { kind: "authorize_payment" },
    complete_cart: { kind: "complete_cart", cart_id: "cart_1" },
    revive_order: { kind: "revive_order" },
    record_capture: { kind: "record_capture", money },
    record_transaction: { kind: "record_transaction", capture_id: "capt_1", money },
    undo_capture: { kind: "undo_capture", capture_id: "capt_1", money },
    record_refund: { kind: "record_refund", money },
    record_refund_transaction: { kind: "record_refund_transaction", refund_id: "ref_1", money },
    undo_refund: { kind: "undo_refund", refund_id: "ref_1", money },
    write_off: { kind: "write_off", money: { ...money, amount: "-2.00" } },
    void_payment: { kind: "void_payment" },
    recount_payment: { kind: "recount_payment" },
    cancel_order: { kind: "cancel_order" },
  }
  const about = { gateway: "Sandbox", orderId: "order_1" }
  const words = (next: Plan) => tellPlan(next, about).map(({ text }) => text)

  it("says of every effect what it will do, with its amount", () => {
    const lines = words({ kind: "apply", effects: Object.values(effects) })
    expect(lines).toEqual([
      "will mark the payment as failed",
      "will let the older payment page count for cart cart_1",
      "will record the payment as authorised",
      "will place the order of cart cart_1",
      "will let order order_1 stand again, which was cancelled because it was not paid",
      "will record 42.00 EUR as captured",
      "will write on order order_1 that 42.00 EUR was captured",
      "will take back that 42.00 EUR was captured",
      "will record 42.00 EUR as refunded",
      "will write on order order_1 that 42.00 EUR was refunded",
      "will take back that 42.00 EUR was refunded",
      "will put 2.00 EUR back on order order_1 that was written off",
      "will record the authorisation as given up",
      "will let Medusa add up the payment's money again, which a crash kept it from",
      "will cancel order order_1",
    ])
  })

  it("says that there is nothing to do, since when or until when, what is asked and what is decided", () => {
    expect(words({ kind: "apply", effects: [] })).toEqual(["nothing to do"])
    expect(words({ kind: "apply", effects: [], recheckAt: 0 })).toEqual([
      "nothing to do before 1970-01-01 00:00 UTC: a success may still come",
    ])
    expect(words({ kind: "ignored" })).toEqual(["nothing to do: a person set it aside"])
    expect(words({ kind: "ask_gateway" })[0]).toContain("will ask Sandbox")
    expect(
      words({ kind: "review", reason: "amount_short", expected: money, told: zero("eur") } as Plan)
    ).toEqual(["would need a decision: less came than was asked for (expected 42.00 EUR, told 0.00 EUR)"])
  })

  it("has a word for every reason of a review", () => {
    const reasons = decidableReasons.filter((reason): reason is ReviewReason => reason !== "never_matched")
    const lines = reasons.flatMap((reason) => words({ kind: "review", reason }))
    expect(new Set(lines).size).toBe(reasons.length)
    for (const line of lines) expect(line).toMatch(/^would need a decision: [a-z ]+$/)
  })
})

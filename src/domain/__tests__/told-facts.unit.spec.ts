import { readFileSync } from "node:fs"
import { join } from "node:path"
import fc from "fast-check"
import { deliveries, histories } from "../../../integration-tests/support/model/gateway-model"
import { fold } from "../fold"
import { fromDecimal } from "../money"
import type { PaymentEvent } from "../payment-event"
import { busEvents, toldFacts, type ToldFact, type ToldLane } from "../told-facts"

const eur = (amount: string) => fromDecimal(amount, "eur")
let told = 0
const event = (type: PaymentEvent["type"], more: Partial<PaymentEvent> = {}): PaymentEvent => ({
  key: `k${++told}`,
  type,
  test: false,
  gatewayPayment: "pay_1",
  receivedAt: new Date(0),
  ...more,
})
const lane = (events: readonly PaymentEvent[], more: Partial<ToldLane> = {}): ToldLane => ({
  laneId: "ipnlane_1",
  accountId: "main",
  reference: "payses_1",
  cartId: "cart_1",
  orderId: "order_1",
  expected: eur("100"),
  facts: fold(events),
  settlement: { state: "settled" },
  ...more,
})
/** As the outbox keeps them: each topic and fact once, in the order in which they were first told. */
function keepOnce(...settled: readonly ToldFact[][]): ToldFact[] {
  const kept = new Map<string, ToldFact>()
  for (const facts of settled) {
    const before = new Map(kept)
    for (const fact of facts) {
      const earlier = fact.after && before.get(`${fact.after.topic} ${fact.after.fact}`)
      const knows =
        earlier && Object.entries(fact.after!.unlessSame).every(([k, v]) => earlier.payload[k] === v)
      if (fact.after && (!earlier || knows)) continue
      const key = `${fact.topic} ${fact.fact}`
      if (!kept.has(key)) kept.set(key, fact)
    }
  }
  return [...kept.values()]
}
const topics = (facts: readonly ToldFact[]) => facts.map(({ topic }) => topic)
const authorized = event("payment.authorized", { money: eur("100") })
const captured = event("payment.captured", { money: eur("100") })

describe("a payment", () => {
  it.each<[string, PaymentEvent[], string[]]>([
    ["on its way", [event("payment.pending")], ["ipn.order.placed", "ipn.payment.pending"]],
    ["authorised", [authorized], ["ipn.order.placed", "ipn.payment.authorized"]],
    ["captured", [captured], ["ipn.order.placed", "ipn.payment.captured", "ipn.payment.paid"]],
    [
      "captured, and told to be authorised after that",
      [captured, authorized],
      ["ipn.order.placed", "ipn.payment.captured", "ipn.payment.paid"],
    ],
    [
      "captured in part",
      [authorized, event("payment.captured", { money: eur("40"), resource: "cap_1" })],
      ["ipn.order.placed", "ipn.payment.authorized", "ipn.payment.captured"],
    ],
    ["that only failed attempts", [event("payment.attempt_failed")], ["ipn.order.placed"]],
    ["that failed", [event("payment.failed")], ["ipn.order.placed", "ipn.payment.failed"]],
    ["that was cancelled", [event("payment.canceled")], ["ipn.order.placed", "ipn.payment.canceled"]],
    ["that expired", [event("payment.expired")], ["ipn.order.placed", "ipn.payment.expired"]],
    [
      "that failed before it succeeded",
      [event("payment.failed"), captured],
      ["ipn.order.placed", "ipn.payment.captured", "ipn.payment.paid"],
    ],
  ])("%s", (_, events, expected) => {
    expect(topics(toldFacts(lane(events)))).toEqual(expected)
  })

  it("is told with its ids and exact money, and nothing of the buyer", () => {
    const [, , paid] = toldFacts(lane([captured]))
    expect(paid).toEqual({
      topic: "ipn.payment.paid",
      fact: "ipnlane_1",
      payload: {
        account_id: "main",
        lane_id: "ipnlane_1",
        payment_session_id: "payses_1",
        cart_id: "cart_1",
        order_id: "order_1",
        test: false,
        amount: "100.00",
        currency_code: "eur",
      },
    })
  })

  it("is told to be captured once for each total, and to be paid once", () => {
    const first = event("payment.captured", { money: eur("40"), resource: "cap_1" })
    const second = event("payment.captured", { money: eur("60"), resource: "cap_2" })
    const kept = keepOnce(
      toldFacts(lane([first])),
      toldFacts(lane([first])),
      toldFacts(lane([first, second])),
      toldFacts(lane([second, first, second]))
    )
    expect(
      kept
        .filter(({ topic }) => topic !== "ipn.order.placed")
        .map(({ topic, payload }) => [topic, payload.amount])
    ).toEqual([
      ["ipn.payment.captured", "40.00"],
      ["ipn.payment.captured", "100.00"],
      ["ipn.payment.paid", "100.00"],
    ])
  })

  it("is paid when what came in is enough, where a little less was allowed", () => {
    const short = [event("payment.captured", { money: eur("99.50") })]
    expect(topics(toldFacts(lane(short)))).not.toContain("ipn.payment.paid")
    expect(topics(toldFacts(lane(short, { enough: eur("99") })))).toContain("ipn.payment.paid")
  })

  it.each(["review", "unmatched", "failed"])("is not told while its lane is %s", (state) => {
    expect(toldFacts(lane([authorized, captured], { settlement: { state } }))).toEqual([])
  })

  it.each(["ignored", "moved"])("that is %s is not told", (reason) => {
    expect(toldFacts(lane([captured], { settlement: { state: "settled", reason } }))).toEqual([])
  })

  it("that failed is not told in its time of grace", () => {
    expect(toldFacts(lane([event("payment.failed")], { settlement: { state: "waiting" } }))).toEqual([])
  })

  it("has no order that it could tell of before the order stands", () => {
    expect(topics(toldFacts(lane([captured], { orderId: undefined })))).toEqual([
      "ipn.payment.captured",
      "ipn.payment.paid",
    ])
  })
})

describe("a refund", () => {
  const pending = event("refund.pending", { money: eur("30"), resource: "re_1" })
  const done = event("refund.succeeded", { money: eur("30"), resource: "re_1" })
  const total = event("info", { totals: { refunded: eur("30") } })
  const refunds = (...settled: PaymentEvent[][]) =>
    keepOnce(...settled.map((events) => toldFacts(lane([captured, ...events]))))
      .filter(({ topic }) => topic.startsWith("ipn.refund."))
      .map(({ topic, payload }) => [topic, payload.amount])

  it("is told when it is on its way and when it succeeded", () => {
    expect(refunds([pending], [pending, done], [done])).toEqual([
      ["ipn.refund.pending", "30.00"],
      ["ipn.refund.succeeded", "30.00"],
    ])
  })

  it("that a gateway tells by its id and as the payment's total is told once", () => {
    expect(refunds([total], [total, done])).toEqual([["ipn.refund.succeeded", "30.00"]])
    expect(refunds([done], [total, done])).toEqual([["ipn.refund.succeeded", "30.00"]])
  })

  it("that fails is told, also after it had succeeded", () => {
    const failed = event("refund.failed", { money: eur("30"), resource: "re_1", receivedAt: new Date(1) })
    expect(refunds([done], [done, failed])).toEqual([
      ["ipn.refund.succeeded", "30.00"],
      ["ipn.refund.failed", "30.00"],
    ])
  })

  it("is told while a person must decide about the payment, but not when the money may be somebody else's", () => {
    const of = (reason: string) =>
      topics(toldFacts(lane([captured, done], { settlement: { state: "review", reason } })))
    expect(of("order_canceled")).toEqual(["ipn.refund.succeeded"])
    expect(["receiver_differs", "mode_differs", "currency_differs"].flatMap(of)).toEqual([])
  })
})

describe("a dispute", () => {
  const due = (day: number) => ({ dueAt: new Date(Date.UTC(2026, 10, day)), occurredAt: new Date(day) })
  const dispute = (type: "opened" | "updated" | "won" | "lost", more: Partial<PaymentEvent> = {}) =>
    event(`dispute.${type}`, { money: eur("100"), resource: "dp_1", ...more })
  const disputes = (...settled: PaymentEvent[][]) =>
    keepOnce(...settled.map((events) => toldFacts(lane([captured, ...events]))))
      .filter(({ topic }) => topic.startsWith("ipn.dispute."))
      .map(({ topic, payload }) => [topic.slice("ipn.dispute.".length), payload.due_at])

  it("is told when it opens, when its deadline changes, and how it ends", () => {
    const opened = dispute("opened", due(20))
    const moved = dispute("updated", due(25))
    expect(
      disputes([opened], [opened], [opened, moved], [opened, moved], [opened, moved, dispute("won", due(26))])
    ).toEqual([
      ["opened", "2026-11-20T00:00:00.000Z"],
      ["updated", "2026-11-25T00:00:00.000Z"],
      ["won", "2026-11-26T00:00:00.000Z"],
    ])
  })

  it("that was an inquiry is told again when it takes the money", () => {
    const asked = dispute("opened", { ...due(20), inquiry: true })
    const told = (...events: PaymentEvent[]) => toldFacts(lane([captured, ...events]))
    const facts = keepOnce(told(asked), told(asked), told(asked, dispute("updated", due(20))))
    expect(
      facts.flatMap(({ topic, payload }) => (topic.includes("dispute") ? [[topic, payload.inquiry]] : []))
    ).toEqual([
      ["ipn.dispute.opened", true],
      ["ipn.dispute.updated", false],
    ])
  })

  it("that is known with its last deadline at once is told once", () => {
    const [opened, moved] = [dispute("opened", due(20)), dispute("updated", due(25))]
    expect(disputes([opened, moved], [moved, opened])).toEqual([["opened", "2026-11-25T00:00:00.000Z"]])
  })
})

it.each(["paid", "failed"] as const)("a payout that %s is told, of no payment", (state) => {
  const events = [event(`payout.${state}`, { money: eur("500"), resource: "po_1" })]
  const facts = toldFacts({
    laneId: "ipnlane_2",
    accountId: "main",
    facts: fold(events),
    settlement: { state: "settled" },
  })
  expect(facts).toEqual([
    {
      topic: `ipn.payout.${state}`,
      fact: "main:po_1",
      payload: {
        account_id: "main",
        lane_id: "ipnlane_2",
        test: false,
        amount: "500.00",
        currency_code: "eur",
        gateway_payout_id: "po_1",
      },
    },
  ])
})

it("whatever a gateway does and the network makes of it, a fact is told once and settles to the same last total", () => {
  fc.assert(
    fc.property(
      histories().chain((history) => fc.tuple(fc.constant(history), deliveries(history.events))),
      ([history, delivered]) => {
        const of = (events: readonly PaymentEvent[]) => toldFacts(lane(events, { expected: history.ask }))
        const kept = keepOnce(of([]), ...delivered.map((_, index) => of(delivered.slice(0, index + 1))))
        const keys = kept.map(({ topic, fact }) => `${topic} ${fact}`)
        expect(new Set(keys).size).toBe(keys.length)
        expect(kept.every(({ topic }) => busEvents.includes(topic))).toBe(true)
        expect(kept.filter(({ topic }) => topic === "ipn.payment.paid").length).toBeLessThanOrEqual(1)
        const now = of(history.events).filter(({ after }) => !after)
        for (const { topic, fact } of now) expect(keys).toContain(`${topic} ${fact}`)
      }
    ),
    { numRuns: 500 }
  )
})

it.each(busEvents)("%s is documented", (name) => {
  expect(readFileSync(join(__dirname, "../../../docs/events.md"), "utf8")).toContain(`\`${name}\``)
})

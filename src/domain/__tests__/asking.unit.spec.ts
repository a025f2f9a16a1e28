import { askAfterMinutes, askAgainMs, askGapMs, askNeedOf, type Standing } from "../asking"
import { fold } from "../fold"
import type { PaymentEvent, PaymentEventType } from "../payment-event"

const money = { amount: "42.00", currency: "eur" }
let keys = 0
const told = (type: PaymentEventType, rest: Partial<PaymentEvent> = {}): PaymentEvent => ({
  key: `k${++keys}`,
  type,
  test: true,
  gatewayPayment: "pay_1",
  money,
  occurredAt: new Date(1_000 * keys),
  receivedAt: new Date(1_000 * keys),
  ...rest,
})
const standing = (events: PaymentEvent[], settled = true): Standing => ({
  money,
  facts: fold(events),
  settled,
})
const paid = told("payment.captured")

describe("what is asked about", () => {
  it.each<[string, Standing, ReturnType<typeof askNeedOf>]>([
    ["a payment of which nothing was told", { money, settled: false }, "payment"],
    ["a payment that is pending", standing([told("payment.pending")]), "payment"],
    ["money that is held and not taken", standing([told("payment.authorized")]), "payment"],
    [
      "a payment that was taken in part",
      standing([told("payment.captured", { money: { amount: "10.00", currency: "eur" } })]),
      "payment",
    ],
    [
      "money in another currency",
      standing([told("payment.captured", { money: { amount: "42.00", currency: "usd" } })]),
      "payment",
    ],
    ["a payment that failed, within its grace time", standing([told("payment.failed")], false), "payment"],
    ["a refund that is pending", standing([paid, told("refund.pending", { resource: "r1" })]), "refund"],
    ["an open dispute", standing([paid, told("dispute.opened", { resource: "d1" })]), "dispute"],
  ])("%s", (_, payment, need) => {
    expect(askNeedOf(payment)).toBe(need)
  })

  it.each<[string, Standing]>([
    ["a payment that was paid in full", standing([paid])],
    ["a payment that ended, past its grace time", standing([told("payment.expired")])],
    [
      "a refund that the gateway decided",
      standing([paid, told("refund.pending", { resource: "r1" }), told("refund.failed", { resource: "r1" })]),
    ],
    [
      "a dispute that was lost",
      standing([paid, told("dispute.opened", { resource: "d1" }), told("dispute.lost", { resource: "d1" })]),
    ],
  ])("not %s", (_, payment) => {
    expect(askNeedOf(payment)).toBeUndefined()
  })
})

describe("when", () => {
  const allGaps = (need: Parameters<typeof askGapMs>[0], random: number, schedule = askAfterMinutes) => {
    const gaps: number[] = []
    for (let asks = 0; ; asks++) {
      const gap = askGapMs(need, asks, schedule, random)
      if (gap === undefined) return gaps
      gaps.push(gap / 60_000)
    }
  }

  it("a silent payment is asked about after 10 minutes, then ever more rarely, eleven times in two weeks", () => {
    const gaps = allGaps("payment", 0)
    expect(gaps[0]).toBe(10)
    expect(gaps).toHaveLength(11)
    expect(gaps.reduce((a, b) => a + b)).toBe(14 * 1_440)
    expect(allGaps("payment", 1)[0]).toBeCloseTo(11)
  })

  it("a gateway's own schedule counts instead", () => {
    expect(allGaps("payment", 0, [1, 5, 60])).toEqual([1, 4, 55])
  })

  it("a refund is asked about within an hour and then daily, a dispute daily, and neither for ever", () => {
    expect(allGaps("refund", 0).slice(0, 6)).toEqual([60, 180, 360, 720, 1_440, 1_440])
    expect(allGaps("refund", 0)).toHaveLength(30)
    expect(new Set(allGaps("dispute", 0))).toEqual(new Set([1_440]))
    expect(allGaps("dispute", 0)).toHaveLength(180)
  })

  it("a gateway that could not be asked is asked again after 5 minutes to an hour, the later the older the payment", () => {
    const minute = 60_000
    expect([10, 60, 120, 10_000].map((age) => askAgainMs(age * minute, 0) / minute)).toEqual([5, 15, 30, 60])
    expect(askAgainMs(10_000 * minute, 1) / minute).toBe(66)
  })
})

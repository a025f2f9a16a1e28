import { holdPolicyOf, completeSettings, policyOf } from "../../config/settings"
import { fold } from "../fold"
import { wishedHold, type Claim } from "../hold"
import { fromDecimal } from "../money"
import type { PaymentEvent } from "../payment-event"

const minute = 60_000
const day = 24 * 60 * minute
const now = Date.parse("2026-11-22T12:00:00Z")
const money = fromDecimal("10.00", "eur")

let told = 0
const event = (type: PaymentEvent["type"], more: Partial<PaymentEvent> = {}, at = now): PaymentEvent =>
  ({
    key: `event-${++told}`,
    type,
    test: false,
    receivedAt: new Date(at),
    ...more,
  }) as unknown as PaymentEvent

function wish(
  events: readonly PaymentEvent[],
  {
    settings = {},
    ...about
  }: { settings?: Record<string, unknown>; byInstructions?: boolean; dueAt?: number; before?: Claim } = {}
) {
  const all = completeSettings(new Map(Object.entries(settings)))
  return wishedHold(
    fold(events),
    { money, mode: "live" },
    { byInstructions: false, ...about },
    { hold: holdPolicyOf(all, "bank"), payment: policyOf(all) },
    now
  )
}
const until = (wished: ReturnType<typeof wish>) =>
  wished.kind === "hold" ? (wished.claim.until - now) / minute : wished.kind

describe("what a payment wants of the goods", () => {
  it("nothing, before anything was told, and after a first try that failed", () => {
    expect(wish([])).toEqual({ kind: "as_before" })
    expect(wish([event("payment.attempt_failed")])).toEqual({ kind: "as_before" })
  })

  it("a day from each word of the gateway, while the bank works or has the money", () => {
    expect(until(wish([event("payment.pending")]))).toBe(1440)
    expect(until(wish([event("payment.authorized", { money })]))).toBe(1440)
  })

  it("a week from the first word, while the buyer must transfer the money", () => {
    const before = { state: "transfer", since: now - 2 * day, until: now } as const
    expect(until(wish([event("payment.pending")], { byInstructions: true }))).toBe(7 * 1440)
    expect(until(wish([event("payment.pending")], { byInstructions: true, before }))).toBe(5 * 1440)
  })

  it("a day more than the gateway's due date, unless the owner chose a length", () => {
    const about = { byInstructions: true, dueAt: now + 3 * day }
    expect(until(wish([event("payment.pending")], about))).toBe(4 * 1440)
    const chosen = (name: string) =>
      wish([event("payment.pending")], { ...about, settings: { "stock.hold_minutes": { [name]: 60 } } })
    expect([
      until(chosen("*:transfer")),
      until(chosen("bank:transfer")),
      until(chosen("card:transfer")),
    ]).toEqual([60, 60, 4 * 1440])
  })

  it("no longer to have them, once a failure is believed", () => {
    const failed = (ago: number) => [
      event("payment.pending"),
      event("payment.failed", {}, now - ago * minute),
    ]
    expect(wish(failed(9))).toEqual({ kind: "as_before" })
    expect(wish(failed(11))).toEqual({ kind: "release", because: "failed" })
    expect(wish(failed(11), { settings: { "stock.after_failure": "keep" } })).toEqual({ kind: "as_before" })
    expect(wish([event("payment.expired", {}, now - day)])).toEqual({ kind: "release", because: "expired" })
  })

  it("to have them, when money came in spite of a failure", () => {
    const events = [event("payment.failed", {}, now - day), event("payment.captured", { money })]
    expect(until(wish(events))).toBe(1440)
  })

  it("nothing more, for money of another amount, mode or receiver", () => {
    for (const more of [
      { money: fromDecimal("0.01", "eur") },
      { money, test: true },
      { money, otherReceiver: "x" },
    ]) {
      expect(wish([event("payment.captured", more)])).toEqual({ kind: "as_before" })
    }
  })

  it("nothing, where the owner holds nothing for pending payments", () => {
    expect(wish([event("payment.pending")], { settings: { "stock.hold_on_pending": false } })).toEqual({
      kind: "as_before",
    })
  })
})

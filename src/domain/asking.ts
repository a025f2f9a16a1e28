import type { Facts } from "./fold"
import { compare, type Money } from "./money"

/** Why a gateway is asked about a payment without having told anything. */
export type AskNeed = "payment" | "refund" | "dispute"

/** Where a payment stands, as its lane says; without facts nothing was told yet. */
export type Standing = Readonly<{
  money: Money
  facts?: Pick<Facts, "captured" | "refunds" | "disputes" | "ended">
  /** Whether the lane is settled: a payment that ended is past its grace time. */
  settled: boolean
}>

/** Minutes after a payment was started, at which a gateway is asked about it when it has no schedule of its own. */
export const askAfterMinutes: readonly number[] = [
  10, 30, 120, 360, 1_440, 2_880, 4_320, 7_200, 10_080, 14_400, 20_160,
]

const dayMinutes = 1_440
const refundGaps = [60, 180, 360, 720]
const maxRefundAsks = 30
const maxDisputeAsks = 180

/** What is still open about a payment; undefined when the gateway has nothing more to tell that we wait for. */
export function askNeedOf({ money, facts, settled }: Standing): AskNeed | undefined {
  if (!facts) return "payment"
  const awaited = awaitedBeyondPayment(facts)
  if (awaited) return awaited
  const captured = facts.captured.find(({ currency }) => currency === money.currency)
  if (captured && compare(captured, money) >= 0) return undefined
  return facts.ended && settled ? undefined : "payment"
}

/** A refund that the gateway has not decided, or a dispute that is open: asked about also long after the payment. */
export function awaitedBeyondPayment(
  facts: Pick<Facts, "refunds" | "disputes">
): Exclude<AskNeed, "payment"> | undefined {
  if (facts.refunds.some(({ state }) => state === "pending")) return "refund"
  return facts.disputes.some(({ state }) => state === "opened") ? "dispute" : undefined
}

/**
 * How long to wait before the next question; undefined when there were enough. Up to a tenth longer by chance, so that
 * payments started together are not asked about together.
 * @param asks how many questions were answered since the need arose
 * @param schedule minutes after the payment was started, growing
 * @param random between 0 and 1
 */
export function askGapMs(
  need: AskNeed,
  asks: number,
  schedule: readonly number[],
  random: number
): number | undefined {
  const minutes = gapMinutes(need, asks, schedule)
  return minutes === undefined ? undefined : Math.round(minutes * 60_000 * (1 + random / 10))
}

function gapMinutes(need: AskNeed, asks: number, schedule: readonly number[]): number | undefined {
  switch (need) {
    case "payment": {
      const at = schedule[asks]
      return at === undefined ? undefined : Math.max(at - (schedule[asks - 1] ?? 0), 1)
    }
    case "refund":
      return asks < maxRefundAsks ? (refundGaps[asks] ?? dayMinutes) : undefined
    case "dispute":
      return asks < maxDisputeAsks ? dayMinutes : undefined
  }
}

/**
 * How long to wait after a gateway could not be asked: a quarter of the payment's age, 5 minutes to an hour, and up to a
 * tenth longer. Silence never counts as an answer, so this is no conclusion and uses up no question.
 */
export function askAgainMs(ageMs: number, random: number): number {
  return Math.round(Math.min(Math.max(ageMs / 4, 300_000), 3_600_000) * (1 + random / 10))
}

import { contradicts } from "./contradicts"
import type { Facts } from "./fold"
import type { Ask, Policy } from "./plan"
import { wentBack } from "./went-back"

/**
 * Why goods are held: the buyer was sent to the gateway; the gateway has the payment, or its money, in hand; the buyer
 * has instructions and must transfer the money.
 */
export type HoldState = "started" | "pending" | "transfer"

/** How long goods are held unless the owner chose: half an hour, a day, a week. Minutes. */
export const holdMinutes: Readonly<Record<HoldState, number>> = {
  started: 30,
  pending: 1440,
  transfer: 10_080,
}

/** What the owner decided about held goods. */
export type HoldPolicy = Readonly<{
  onStart: boolean
  onPending: boolean
  lengthMs(state: HoldState): number
  /** Whether the owner chose the length: a gateway's due date no longer counts then. */
  isLengthChosen(state: HoldState): boolean
  keepAfterFailure: boolean
  longestMs: number
  failureGraceMs: number
}>

/** Why goods are free again. */
export type ReleaseReason =
  "failed" | "canceled" | "expired" | "paid_back" | "ignored" | "lapsed" | "ordered" | "by_hand"

/** That a payment wants its goods, why and until when. Milliseconds since 1970. */
export type Claim = Readonly<{ state: HoldState; since: number; until: number }>

/** What a payment wants of the goods: to have them until a time, no longer, or nothing other than before. */
export type HoldWish =
  | Readonly<{ kind: "hold"; claim: Claim }>
  | Readonly<{ kind: "release"; because: "failed" | "canceled" | "expired" | "paid_back" }>
  | Readonly<{ kind: "as_before" }>

/** How much longer than to its due date a transfer is waited for: a bank takes a day. */
const transferTakesMs = 86_400_000

/**
 * What a payment wants of the goods by what was told of it. Money of somebody else, or in another amount, wants nothing:
 * what it has stays until its time is over.
 * @param before what it wanted last
 */
export function wishedHold(
  facts: Facts,
  ask: Ask,
  about: Readonly<{ byInstructions: boolean; dueAt?: number | undefined; before?: Claim | undefined }>,
  policies: Readonly<{ hold: HoldPolicy; payment: Policy }>,
  now: number
): HoldWish {
  const { hold } = policies
  const asBefore = { kind: "as_before" } as const
  const contradiction = contradicts(facts, ask, policies.payment)
  if (contradiction && contradiction.reason !== "held_by_gateway") return asBefore
  if (wentBack(facts)) return { kind: "release", because: "paid_back" }
  const hasMoney = facts.captured.length > 0 || facts.authorized.length > 0
  if (!hasMoney && facts.ended) {
    if (hold.keepAfterFailure || now < facts.ended.at + hold.failureGraceMs) return asBefore
    return { kind: "release", because: facts.ended.as }
  }
  if (!hold.onPending || !(hasMoney || facts.pending)) return asBefore
  return { kind: "hold", claim: hasMoney || !about.byInstructions ? working() : transfer() }

  /** Begins anew with each word of the gateway. */
  function working(): Claim {
    return { state: "pending", since: now, until: now + hold.lengthMs("pending") }
  }

  /** Runs from when it was first told, however often that is repeated. */
  function transfer(): Claim {
    const since = about.before?.state === "transfer" ? about.before.since : now
    const byDueDate = about.dueAt !== undefined && !hold.isLengthChosen("transfer")
    const until = byDueDate ? about.dueAt! + transferTakesMs : since + hold.lengthMs("transfer")
    return { state: "transfer", since, until }
  }
}

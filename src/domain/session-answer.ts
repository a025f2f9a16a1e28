import type { Facts } from "./fold"
import { contradicts, covers, leavesTooLittle } from "./contradicts"
import type { Ask, Policy } from "./plan"
import { wentBack } from "./went-back"

/** What Medusa may be told of a payment session. */
export type SessionAnswer =
  "captured" | "authorized" | "pending_authorization" | "pending" | "error" | "canceled"

/**
 * What a payment's state is, from what its gateway said and nothing else. Money that is not what was asked for is
 * "pending": a person decides about it, and no order is placed meanwhile.
 * @param now milliseconds since 1970
 */
export function answerOf(facts: Facts, ask: Ask, policy: Policy, now: number): SessionAnswer {
  if (contradicts(facts, ask, policy)) return "pending"
  const captured = facts.captured[0]
  if (wentBack(facts)) return "canceled"
  if (leavesTooLittle(facts, ask, policy)) return "pending"
  if (captured && (policy.partial === "accept" || covers(captured, ask, policy))) return "captured"
  if (captured || facts.authorized[0]) return policy.orderWhen === "paid" ? "pending" : "authorized"
  if (facts.ended) {
    if (now < facts.ended.at + policy.failureGraceMs) return "pending"
    return facts.ended.as === "failed" ? "error" : "canceled"
  }
  return facts.pending && policy.orderWhen === "pending" ? "pending_authorization" : "pending"
}

import { most } from "./contradicts"
import type { Facts } from "./fold"
import { compare, type Money } from "./money"
import type { ReviewReason } from "./plan"
import { kept } from "./went-back"

/** What a person can decide about a payment in review. */
export const decisionKinds = ["accept_part", "accept_full", "refund", "attach", "ignore"] as const
export type DecisionKind = (typeof decisionKinds)[number]

/** Why a person must decide: a plan says so, or nobody knows the payment. */
export type DecidableReason = ReviewReason | "never_matched"

/**
 * What makes sense for each reason. Money that somebody else received is not ours to give back, and an account cannot
 * give back money of its other mode: both can only be set aside. Another amount can be accepted, another currency never.
 */
const byReason: Readonly<Record<DecidableReason, readonly DecisionKind[]>> = {
  receiver_differs: ["ignore"],
  mode_differs: ["ignore"],
  currency_differs: ["refund", "attach", "ignore"],
  amount_short: ["accept_part", "accept_full", "refund", "ignore"],
  amount_over: ["accept_full", "refund", "ignore"],
  held_by_gateway: ["accept_part", "accept_full", "refund", "ignore"],
  session_replaced: ["refund", "attach", "ignore"],
  cart_changed: ["accept_part", "accept_full", "refund", "attach", "ignore"],
  order_canceled: ["refund", "attach", "ignore"],
  no_cart: ["refund", "attach", "ignore"],
  out_of_stock: ["refund", "attach", "ignore"],
  never_matched: ["refund", "attach", "ignore"],
}

/** Every reason that can be decided about. */
export const decidableReasons = Object.keys(byReason) as readonly DecidableReason[]

/** The reason as one that can be decided about; a payment that is still looked for can be attached before it is given up. */
export function decidable(state: string, reason: string | null | undefined): DecidableReason | undefined {
  if (state === "unmatched") return "never_matched"
  if (state !== "review") return undefined
  return decidableReasons.find((known) => known === reason)
}

/**
 * What can be decided about a payment as it is now. Accepting a part makes sense where less came than was expected; a
 * changed cart that became dearer cannot be called paid in full.
 * @param expected what was asked for, or what the cart costs now
 */
export function possibleDecisions(
  reason: DecidableReason,
  facts: Facts,
  expected: Money | undefined
): DecisionKind[] {
  const told = facts.captured[0] || facts.authorized[0] ? most(facts) : undefined
  const isShort =
    reason === "amount_short" ||
    (told !== undefined && expected?.currency === told.currency && compare(told, expected) < 0)
  return byReason[reason].filter((kind) => {
    switch (kind) {
      case "accept_part":
        return isShort
      case "accept_full":
        return told !== undefined && !(reason === "cart_changed" && isShort)
      case "refund":
        return refundable(facts) !== undefined
      case "attach":
        return told !== undefined && (facts.captured.length === 0 || kept(facts).length === 1)
      case "ignore":
        return true
    }
  })
}

/** What giving the money back means: what is left of captured money, else to release what is only authorised. */
export function refundable(facts: Facts): Readonly<{ by: "refund" | "cancel"; money: Money }> | undefined {
  const [left] = kept(facts)
  if (left) return { by: "refund", money: left }
  const [authorized] = facts.captured.length === 0 ? facts.authorized : []
  return authorized && { by: "cancel", money: authorized }
}

import type { Facts } from "./fold"

/**
 * What a person sees of a payment when deciding about it. Facts of another fingerprint were not decided on. What is
 * refunded is left out: paying money back does not undo that it was accepted.
 */
export function fingerprint(facts: Facts): string {
  const { authorized, captured, holds, modes, otherReceivers } = facts
  return JSON.stringify({ authorized, captured, holds, modes, otherReceivers })
}

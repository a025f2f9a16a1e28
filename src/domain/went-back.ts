import type { Facts } from "./fold"
import { add, compare, isPositive, subtract, sumOf, zero, type Money } from "./money"

/** What is refunded in a currency, with what is on its way back. */
export function returned(facts: Facts, currency: string): Money {
  const refunded = facts.refunded.find((money) => money.currency === currency) ?? zero(currency)
  const pending = facts.refunds.flatMap(({ state, money }) =>
    state === "pending" && money?.currency === currency ? [money] : []
  )
  return add(refunded, sumOf(pending, currency))
}

/** What was captured and neither went back nor is on its way back, in each currency that some is left of. */
export function kept(facts: Facts): Money[] {
  return facts.captured
    .map((captured) => subtract(captured, returned(facts, captured.currency)))
    .filter(isPositive)
}

/** All that was captured went back to the buyer or is on its way, or a refund was told of and its capture not yet. */
export function wentBack(facts: Facts): boolean {
  if (facts.captured.length === 0) return facts.refunded.length > 0
  return facts.captured.every((captured) => compare(returned(facts, captured.currency), captured) >= 0)
}

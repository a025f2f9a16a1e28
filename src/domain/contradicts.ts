import type { Facts } from "./fold"
import { add, compare, isPositive, share, subtract, type Money } from "./money"
import type { Ask, Policy, Review } from "./plan"
import { returned } from "./went-back"

/**
 * Whether the money told is what was asked for: `undefined` when it is, or when none was told yet.
 * The one comparison that stands between a message and an order.
 */
export function contradicts(facts: Facts, ask: Ask, policy: Policy): Review | undefined {
  if (facts.otherReceivers.length > 0) return { kind: "review", reason: "receiver_differs" }
  if (facts.modes.some((mode) => mode !== ask.mode)) return { kind: "review", reason: "mode_differs" }
  const foreign = [...facts.authorized, ...facts.captured, ...facts.refunded].find(
    (money) => money.currency !== ask.money.currency
  )
  if (foreign) return { kind: "review", reason: "currency_differs", expected: ask.money, told: foreign }
  const over = overpaid(facts, ask, policy)
  if (over) return { kind: "review", reason: "amount_over", expected: ask.money, told: over }
  const covered = facts.authorized[0] ?? facts.captured[0]
  if (covered && policy.partial === "await" && !covers(most(facts), ask, policy)) {
    return { kind: "review", reason: "amount_short", expected: ask.money, told: most(facts) }
  }
  if (covered && isHeld(facts, covered)) return { kind: "review", reason: "held_by_gateway", told: covered }
  return undefined
}

/** Whether the gateway holds the money; not because it was too much, once what was too much went back. */
function isHeld(facts: Facts, told: Money): boolean {
  const wentBack = isPositive(returned(facts, told.currency))
  return facts.holds.some((hold) => hold !== "over" || !wentBack)
}

/**
 * Whether too much was told and more than the difference went back: no order is placed on what is left of money that does
 * not contradict what was asked for. To one that stands it is a refund.
 */
export function leavesTooLittle(facts: Facts, ask: Ask, policy: Policy): Review | undefined {
  const told = [facts.captured[0], facts.authorized[0]].find(
    (money) => money && compare(money, ask.money) > 0
  )
  if (!told || policy.partial === "accept") return undefined
  const left = subtract(told, returned(facts, told.currency))
  return covers(left, ask, policy)
    ? undefined
    : { kind: "review", reason: "amount_short", expected: ask.money, told: left }
}

/** Whether an amount is enough for what was asked, up to the difference that the owner accepts. */
export function covers(told: Money, ask: Ask, policy: Policy): boolean {
  return compare(add(told, share(ask.money, policy.tolerancePercent)), ask.money) >= 0
}

/** The larger of what is authorised and captured. Only where one of both is told, in the currency asked for. */
export function most(facts: Facts): Money {
  const [authorized, captured] = [facts.authorized[0], facts.captured[0]]
  if (authorized && captured) return compare(authorized, captured) > 0 ? authorized : captured
  return (authorized ?? captured)!
}

/** What was told, when it is more than asked for and the gateway did not pay the difference back. */
function overpaid(facts: Facts, ask: Ask, policy: Policy): Money | undefined {
  const limit = add(ask.money, share(ask.money, policy.tolerancePercent))
  return [facts.authorized[0], facts.captured[0]].find(
    (told) => told && compare(subtract(told, returned(facts, told.currency)), limit) > 0
  )
}

import type { Money } from "../../../../../domain/money"
import type { Difference } from "../../../../../workflows/decide/weigh"
import type { Standing } from "../../../../../workflows/decide/read-standing"

const written = (money: Money | null | undefined) =>
  money ? { amount: money.amount, currency_code: money.currency } : null

/** A payment before a decision, as the API writes it. */
export function writeStanding({ facts, expected, ...standing }: Standing) {
  const { authorized, captured, refunded, holds, modes, otherReceivers } = facts
  return {
    ...standing,
    expected: written(expected),
    authorized: authorized.map(written),
    captured: captured.map(written),
    refunded: refunded.map(written),
    holds,
    modes,
    other_receivers: otherReceivers,
  }
}

export function writeDifference({ told, target, difference }: Difference) {
  return { told: written(told), target: written(target), difference: written(difference) }
}

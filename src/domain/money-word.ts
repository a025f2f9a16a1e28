import type { Facts } from "./fold"
import { add, compare, isPositive, subtract, sumOf, type Money } from "./money"
import type { Tally } from "./tally"

export const moneyWords = [
  "not_paid",
  "waiting",
  "authorized",
  "paid",
  "part_paid",
  "overpaid",
  "refunded",
  "part_refunded",
  "failed",
  "expired",
  "disputed",
] as const
export type MoneyWord = (typeof moneyWords)[number]

export type OrderMoney = Readonly<{
  word: MoneyWord
  authorized: Money
  /** Captured by all payments of the order together, whatever was given back later. */
  received: Money
  refunded: Money
}>

/**
 * What all payments of an order say together, in one word. Amounts in other currencies than the one expected wait for a
 * person and do not count.
 * @param enough the least that counts as all of what is expected; as much more than expected is not too much
 * @param payments the facts of each payment, the oldest first
 */
export function orderMoney(
  expected: Money,
  enough: Money,
  payments: readonly Pick<Facts, "pending" | "authorized" | "captured" | "refunded" | "disputes" | "ended">[]
): OrderMoney {
  const total = (of: (facts: (typeof payments)[number]) => Tally) =>
    sumOf(
      payments.flatMap(of).filter(({ currency }) => currency === expected.currency),
      expected.currency
    )
  const authorized = total((facts) => facts.authorized)
  const received = total((facts) => facts.captured)
  const refunded = total((facts) => facts.refunded)
  return { word: wordOf(), authorized, received, refunded }

  function wordOf(): MoneyWord {
    if (payments.some(({ disputes }) => disputes.some(({ state }) => state === "opened"))) return "disputed"
    if (isPositive(received)) {
      if (compare(refunded, received) >= 0) return "refunded"
      if (isPositive(refunded)) return "part_refunded"
      if (compare(received, add(expected, subtract(expected, enough))) > 0) return "overpaid"
      return compare(received, enough) >= 0 ? "paid" : "part_paid"
    }
    if (isPositive(authorized)) return "authorized"
    if (payments.some(({ pending, ended }) => pending && !ended)) return "waiting"
    const last = payments.findLast(({ ended }) => ended)?.ended?.as
    return last === "failed" || last === "expired" ? last : "not_paid"
  }
}

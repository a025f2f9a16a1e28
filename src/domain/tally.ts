import { add, isNothing, isPositive, larger, type Money } from "./money"

/** At most one amount per currency, ordered by currency. Two currencies in one lane are a contradiction that `plan` reports. */
export type Tally = readonly Money[]

/** The highest amount of each currency; nothing of a currency is left out. */
export function highest(amounts: readonly (Money | undefined)[]): Tally {
  return tally(amounts, larger).filter(isPositive)
}

/** All amounts of each currency added up; nothing of a currency is left out. */
export function sum(amounts: readonly (Money | undefined)[]): Tally {
  return tally(amounts, add)
}

function tally(amounts: readonly (Money | undefined)[], join: (a: Money, b: Money) => Money): Tally {
  const perCurrency = new Map<string, Money>()
  for (const money of amounts) {
    if (!money) continue
    const known = perCurrency.get(money.currency)
    perCurrency.set(money.currency, known ? join(known, money) : money)
  }
  const some = [...perCurrency.values()].filter((money) => !isNothing(money))
  return some.sort((a, b) => (a.currency < b.currency ? -1 : 1))
}

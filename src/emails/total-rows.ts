import { subtract, zero } from "../domain/money"
import { spellMoney } from "./format"
import type { Bought } from "./mail"
import type { Words } from "./words"

/** The lines below what was bought, the total last. */
export function totalRows(
  { totals }: Bought,
  words: Words
): { name: string; value: string; isTotal: boolean }[] {
  const rows = [
    { name: words.items, money: totals.items },
    { name: words.shipping, money: totals.shipping },
    { name: words.discount, money: totals.discount, isOff: true },
    { name: words.tax, money: totals.tax },
    { name: words.total, money: totals.total, isTotal: true },
  ]
  return rows.flatMap(({ name, money, isOff = false, isTotal = false }) =>
    money
      ? [
          {
            name,
            value: spellMoney(isOff ? subtract(zero(money.currency), money) : money, words.tag),
            isTotal,
          },
        ]
      : []
  )
}

import { exponentOf, roundToCurrency, type Money } from "../../domain/money"

/** What one unit of a provider's amounts is: of the currency, its smallest unit, or a hundredth in every currency. */
export const amountUnits = ["major", "minor", "hundredths"] as const
export type AmountUnit = (typeof amountUnits)[number]

/**
 * A reported amount as money. To the currency's digits, since Medusa's totals may have more and some providers hand
 * those back.
 * @param amount plain decimal
 * @example readMoney("4200", "minor", "eur") is `42.00 eur`
 */
export function readMoney(amount: string, unit: AmountUnit, currency: string): Money {
  return roundToCurrency(movePoint(amount, placesOf(unit, currency)), currency)
}

function placesOf(unit: AmountUnit, currency: string): number {
  switch (unit) {
    case "major":
      return 0
    case "minor":
      return exponentOf(currency)
    case "hundredths":
      return 2
  }
}

/** The decimal divided by ten to the power of `places`. */
function movePoint(amount: string, places: number): string {
  const [, sign = "", whole = "", fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount) ?? []
  const digits = whole.padStart(places + 1, "0")
  const point = digits.length - places
  const behind = digits.slice(point) + fraction
  return sign + digits.slice(0, point) + (behind && `.${behind}`)
}

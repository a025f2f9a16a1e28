import { defaultCurrencies, getEpsilonFromDecimalPrecision, MathBN } from "@medusajs/framework/utils"

/**
 * What an order waits for, by core's measure: up to one unit of the last digit that it gives the currency is nothing, and
 * up to a hundredth where it writes credit lines, whatever the currency. Decimal string in major units.
 */
export function pendingDifference(difference: string, currency: string): string {
  return isNothing(difference, currency) ? "0" : difference
}

/**
 * The credit line that core takes when an order's total is to become less by an amount, or more by one that is less than
 * nothing: no more comes off than the order waits for, and no more goes back than it has too much. Totals with taxes have
 * fractions of a cent: what would be left of less than core sees comes off too. Decimal strings in major units;
 * undefined where there is nothing to write.
 */
export function creditLine(amount: string, owed: string, currency: string): string | undefined {
  const [wanted, limit] = [MathBN.convert(amount), MathBN.convert(owed)]
  if (wanted.isZero() || limit.isZero() || wanted.isNegative() !== limit.isNegative()) return undefined
  if (wanted.isNegative()) return MathBN.max(wanted, limit).toFixed()
  const rest = MathBN.sub(limit, wanted)
  return rest.isNegative() || isNothing(rest.toFixed(), currency) ? limit.toFixed() : wanted.toFixed()
}

function isNothing(difference: string, currency: string): boolean {
  const digits = defaultCurrencies[currency.toUpperCase()]?.decimal_digits
  const least = MathBN.max(getEpsilonFromDecimalPrecision(digits), getEpsilonFromDecimalPrecision(undefined))
  return MathBN.lte(MathBN.abs(difference), least)
}

import { equals, roundToCurrency, toMinorUnits, type Money } from "../../domain/money"

/**
 * What a reported amount means, beside what was expected: providers tell no currency, and some tell minor units.
 * The expected money when it is that amount, to the currency's digits or in minor units; else what was reported, so
 * that it is not taken for what was expected.
 * @param amount plain decimal
 * @example readMoney("4200", { amount: "42.00", currency: "eur" }) is `42.00 eur`
 */
export function readMoney(amount: string, expected: Money): Money {
  // Medusa's totals may have more digits than the currency, and some providers hand those back.
  const reported = roundToCurrency(amount, expected.currency)
  if (equals(reported, expected)) return expected
  if (/^\d+$/.test(amount) && BigInt(amount) === toMinorUnits(expected)) return expected
  return reported
}

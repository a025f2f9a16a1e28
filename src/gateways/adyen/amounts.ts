import { exponentOf, fromDecimal, toMinorUnits, type Money } from "../../domain/money"
import { GatewayRefusedError } from "../gateway"

/**
 * Digits after the point in Adyen's amounts where Adyen differs from ISO 4217: CLP and ISK are written with two, CVE and
 * IDR without any. https://docs.adyen.com/development-resources/currency-codes (read 2026-11-24)
 */
const digits: Readonly<Record<string, number>> = { clp: 2, isk: 2, cve: 0, idr: 0 }

/**
 * Money from one of Adyen's whole-number amounts, as its text: `fromAdyenAmount("1050", "EUR")` is `10.50 eur`,
 * `fromAdyenAmount("500", "ISK")` is `5 isk`, `fromAdyenAmount("500", "IDR")` is `500.00 idr`.
 * @throws RangeError when the text is no whole number, or has fractions of a currency that has none.
 */
export function fromAdyenAmount(value: string, currency: string): Money {
  const [, sign, units] = /^(-?)(\d{1,18})$/.exec(value) ?? []
  if (units === undefined) throw new RangeError(`"${value.slice(0, 40)}" is not a whole amount of Adyen`)
  const places = adyenDigitsOf(currency)
  const text = units.padStart(places + 1, "0")
  const whole = text.slice(0, text.length - places)
  return fromDecimal(`${sign}${whole}${places > 0 ? `.${text.slice(-places)}` : ""}`, currency)
}

/**
 * The amount as Adyen wants it in a call: `10.50 eur` is `{ value: 1050, currency: "EUR" }`, `5 isk` has the value 500.
 * @throws GatewayRefusedError when Adyen cannot take such an amount, as of 1.50 idr or one beyond 2^53.
 */
export function toAdyenAmount(money: Money): { value: number; currency: string } {
  const [places, exponent] = [adyenDigitsOf(money.currency), exponentOf(money.currency)]
  const step = 10n ** BigInt(Math.max(exponent - places, 0))
  const units = toMinorUnits(money)
  if (units % step !== 0n) {
    throw new GatewayRefusedError(
      `Adyen cannot take ${money.amount} ${money.currency}: amounts in ${money.currency} have ` +
        `${places === 0 ? "no digits" : `at most ${places} digits`} after the point there. Round the price.`
    )
  }
  const value = Number((units * 10n ** BigInt(Math.max(places - exponent, 0))) / step)
  if (!Number.isSafeInteger(value)) {
    throw new GatewayRefusedError(
      `Adyen cannot take so large an amount as ${money.amount} ${money.currency}.`
    )
  }
  return { value, currency: money.currency.toUpperCase() }
}

function adyenDigitsOf(currency: string): number {
  return digits[currency.toLowerCase()] ?? exponentOf(currency)
}

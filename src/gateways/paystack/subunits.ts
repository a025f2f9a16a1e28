import { exponentOf, fromDecimal, toMinorUnits, type Money } from "../../domain/money"
import { GatewayRefusedError } from "../gateway"

/**
 * Money from one of Paystack's amounts, a count of hundredths in every currency: `fromSubunits("1050", "NGN")` is
 * `10.50 ngn`, and `fromSubunits("50000", "XOF")` is `500 xof`.
 * @throws RangeError when a currency without fractions has some. https://paystack.com/docs/api/#supported-currency
 */
export function fromSubunits(amount: string, currency: string): Money {
  const text = amount.padStart(3, "0")
  return fromDecimal(`${text.slice(0, -2)}.${text.slice(-2)}`, currency)
}

/**
 * The amount as Paystack wants it in a call: `10.50 ngn` is `"1050"`, `500 xof` is `"50000"`.
 * @throws GatewayRefusedError when it has more digits than hundredths.
 */
export function toSubunits(money: Money): string {
  const exponent = exponentOf(money.currency)
  const units = toMinorUnits(money)
  if (exponent <= 2) return (units * 10n ** BigInt(2 - exponent)).toString()
  throw new GatewayRefusedError(`Paystack takes no payments in ${money.currency.toUpperCase()}.`)
}

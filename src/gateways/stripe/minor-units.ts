import { exponentOf, fromDecimal, toMinorUnits, type Money } from "../../domain/money"
import { GatewayRefusedError } from "../gateway"

/**
 * Digits after the point in Stripe's amounts where Stripe differs from ISO 4217: ISK and UGX have none in real life,
 * but are written with two that are always 00; MGA is written without any. HUF and TWD keep their two digits in
 * payments, refunds and disputes. https://docs.stripe.com/currencies#special-cases (read 2026-11-22)
 */
const digits: Readonly<Record<string, number>> = { isk: 2, ugx: 2, mga: 0 }

/** Currencies of three digits, of which the last must be 0. https://docs.stripe.com/currencies#three-decimal */
const endsInZero: ReadonlySet<string> = new Set(["bhd", "jod", "kwd", "omr", "tnd"])

/**
 * Money from one of Stripe's whole-number amounts: `fromStripeAmount(1050, "usd")` is `10.50 usd` and
 * `fromStripeAmount(500, "isk")` is `5 isk`.
 * @throws RangeError when the amount is no safe integer, or has fractions of a currency that has none.
 */
export function fromStripeAmount(amount: number, currency: string): Money {
  if (!Number.isSafeInteger(amount)) throw new RangeError(`${amount} is not a whole amount of Stripe`)
  const places = stripeDigitsOf(currency)
  const text = Math.abs(amount)
    .toString()
    .padStart(places + 1, "0")
  const whole = text.slice(0, text.length - places)
  const sign = amount < 0 ? "-" : ""
  return fromDecimal(`${sign}${whole}${places > 0 ? `.${text.slice(-places)}` : ""}`, currency)
}

/**
 * The amount as Stripe wants it in a call: `10.50 usd` is `"1050"`, `5 ugx` is `"500"`.
 * @throws GatewayRefusedError when Stripe cannot charge such an amount, as of 5.124 kwd or 1.50 mga.
 */
export function toStripeAmount(money: Money): string {
  const [places, exponent] = [stripeDigitsOf(money.currency), exponentOf(money.currency)]
  const units = toMinorUnits(money)
  const step = endsInZero.has(money.currency) ? 10n : 10n ** BigInt(Math.max(exponent - places, 0))
  if (units % step !== 0n) {
    throw new GatewayRefusedError(
      `Stripe cannot take ${money.amount} ${money.currency}: amounts in ${money.currency} have at most ` +
        `${exponent - String(step).length + 1} digits after the point there. Round the price.`
    )
  }
  return (places >= exponent ? units * 10n ** BigInt(places - exponent) : units / step).toString()
}

function stripeDigitsOf(currency: string): number {
  return digits[currency.toLowerCase()] ?? exponentOf(currency)
}

import { exponentOf, fromMinorUnits, toMinorUnits, type Money } from "../../domain/money"
import { GatewayRefusedError } from "../gateway"

/**
 * Money from one of Razorpay's amounts, which count the currency's smallest unit with ISO 4217's digits: 29900 is
 * 299.00 inr, 295 is 295 jpy, 295990 is 295.990 kwd.
 * https://razorpay.com/docs/payments/international-payments/#supported-currencies (read 2026-11-22)
 */
export function fromRazorpayAmount(amount: bigint, currency: string): Money {
  return fromMinorUnits(amount, currency)
}

/**
 * The amount as Razorpay wants it in a call. @throws GatewayRefusedError for currencies of three digits when the last
 * one is not 0, and for amounts that JSON could not hold.
 * https://razorpay.com/docs/api/payments/payment-links/create-standard/
 */
export function toRazorpayAmount(money: Money): number {
  const units = toMinorUnits(money)
  if (exponentOf(money.currency) === 3 && units % 10n !== 0n) {
    throw new GatewayRefusedError(
      `Razorpay cannot take ${money.amount} ${money.currency}: the last of the three digits after the point must be 0. ` +
        `Round the price.`
    )
  }
  if (units > BigInt(Number.MAX_SAFE_INTEGER))
    throw new GatewayRefusedError("The amount is too large for Razorpay.")
  return Number(units)
}

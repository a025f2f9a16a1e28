import { toMinorUnits, type Money } from "../../domain/money"
import { GatewayRefusedError } from "../gateway"

/** What PayPal takes (https://developer.paypal.com/reference/currency-codes/); those with `whole` have no decimals there. */
const currencies: Readonly<Record<string, "decimals" | "whole" | undefined>> = {
  aud: "decimals",
  brl: "decimals",
  cad: "decimals",
  chf: "decimals",
  cny: "decimals",
  czk: "decimals",
  dkk: "decimals",
  eur: "decimals",
  gbp: "decimals",
  hkd: "decimals",
  huf: "whole",
  ils: "decimals",
  inr: "decimals",
  jpy: "whole",
  mxn: "decimals",
  myr: "decimals",
  nok: "decimals",
  nzd: "decimals",
  php: "decimals",
  pln: "decimals",
  sek: "decimals",
  sgd: "decimals",
  thb: "decimals",
  twd: "whole",
  usd: "decimals",
}

/**
 * The amount as PayPal wants it: `10.50 usd` is `"10.50"`, `1050.00 huf` is `"1050"`.
 * @throws GatewayRefusedError for a currency that PayPal does not take, or decimals in one that has none there.
 */
export function writeAmount(money: Money): string {
  const written = currencies[money.currency]
  if (!written) throw new GatewayRefusedError(`PayPal does not take ${money.currency.toUpperCase()}.`)
  if (written === "decimals") return money.amount
  const [whole = "", fraction = ""] = money.amount.split(".")
  if (/[1-9]/.test(fraction) || toMinorUnits(money) < 0n) {
    throw new GatewayRefusedError(
      `PayPal takes ${money.currency.toUpperCase()} in whole amounts only, not ${money.amount}.`
    )
  }
  return whole
}

import { toMinorUnits, type Money } from "../../domain/money"
import { GatewayRefusedError, type Account, type Created, type CreateInput } from "../gateway"
import { hostOf } from "../simulator"
import type { PaypalIpnOptions } from "./options"

/** @see https://developer.paypal.com/archive/paypal-payments-standard/integration-guide/Appx-websitestandard-htmlvariables */
export const payHosts = { live: "https://www.paypal.com", test: "https://www.sandbox.paypal.com" }

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
 * The form that sends the buyer's browser to PayPal. The invoice is our reference too: PayPal takes an invoice once,
 * so a session cannot be paid twice. The amount is not protected from the buyer: it is compared when the money is told.
 * @throws GatewayRefusedError for a currency that PayPal does not take, or decimals in one that has none there.
 */
export async function create(input: CreateInput, account: Account<PaypalIpnOptions>): Promise<Created> {
  const { receivers, paymentAction } = account.config
  return {
    next: {
      kind: "form",
      url: `${hostOf(account, payHosts)}/cgi-bin/webscr`,
      fields: {
        cmd: "_xclick",
        business: receivers[0] ?? "",
        item_name: (input.description ?? "Order").slice(0, 127),
        amount: writeAmount(input.money),
        currency_code: input.money.currency.toUpperCase(),
        custom: input.reference,
        invoice: input.reference,
        notify_url: input.notifyUrl,
        return: input.returnUrl,
        cancel_return: input.cancelUrl,
        paymentaction: paymentAction,
        charset: "utf-8",
        rm: "1",
        no_shipping: "1",
        no_note: "1",
        ...(input.email ? { email: input.email } : {}),
      },
    },
  }
}

function writeAmount(money: Money): string {
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

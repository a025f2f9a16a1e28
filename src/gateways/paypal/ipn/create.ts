import type { Created, CreateInput } from "../../gateway"
import { hostOf } from "../../simulator"
import type { PaypalAccount } from "../options"
import { writeAmount } from "../write-amount"

/** @see https://developer.paypal.com/archive/paypal-payments-standard/integration-guide/Appx-websitestandard-htmlvariables */
export const payHosts = { live: "https://www.paypal.com", test: "https://www.sandbox.paypal.com" }

/**
 * The form that sends the buyer's browser to PayPal. The invoice is our reference too: PayPal takes an invoice once,
 * so a session cannot be paid twice. The amount is not protected from the buyer: it is compared when the money is told.
 * @throws GatewayRefusedError for a currency that PayPal does not take, or decimals in one that has none there.
 */
export function create(input: CreateInput, account: PaypalAccount): Created {
  const { receivers = [], paymentAction } = account.config
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

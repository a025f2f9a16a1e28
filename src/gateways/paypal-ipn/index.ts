import { defineGateway } from "../gateway"
import { checkSimulator } from "../simulator"
import { confirm } from "./confirm"
import { create } from "./create"
import { options, type PaypalIpnOptions } from "./options"
import { parse } from "./parse"
import { verify } from "./verify"

/**
 * PayPal's classic instant payment notification: a form post without a signature, which PayPal itself confirms.
 * Captures and refunds are made at PayPal's site; its messages tell them.
 */
export default defineGateway<PaypalIpnOptions>({
  id: "paypal-ipn",
  title: "PayPal (classic IPN)",
  docs: "https://developer.paypal.com/api/nvp-soap/ipn/IPNImplementation/",
  config: options,
  secrets: [],
  check: checkSimulator,
  verify,
  parse,
  confirm,
  acknowledge: (receipt) => ({ status: receipt.kind === "stored" ? 200 : 401 }),
  operations: { create },
})

import { defineGateway, GatewayRefusedError } from "../gateway"
import { checkSimulator } from "../simulator"
import { confirm } from "./ipn/confirm"
import { create } from "./ipn/create"
import { parse } from "./ipn/parse"
import { verify } from "./ipn/verify"
import { options, type PaypalConfig } from "./options"

const refuse = async (): Promise<never> => {
  throw new GatewayRefusedError(
    "the account has no clientId: do it at PayPal, its message will be booked here."
  )
}

export default defineGateway<PaypalConfig>({
  id: "paypal",
  title: "PayPal",
  docs: "https://developer.paypal.com/api/rest/webhooks/",
  config: options,
  secrets: ["clientSecret"],
  check: checkSimulator,
  verify,
  parse,
  confirm,
  acknowledge: (receipt) => ({ status: receipt.kind === "stored" ? 200 : 401 }),
  operations: { create: async (input, account) => create(input, account), capture: refuse },
})

import { defineGateway } from "../gateway"
import { paystackOperations } from "./operations"
import { checkPaystackAccount, paystackOptions, type PaystackOptions } from "./options"
import { parsePaystackMessage } from "./parse"
import { setup } from "./setup"
import { verifyPaystackSignature } from "./signature"

export default defineGateway<PaystackOptions>({
  id: "paystack",
  title: "Paystack",
  docs: "https://paystack.com/docs/payments/webhooks/",
  config: paystackOptions,
  secrets: ["secretKeys"],
  setup,
  check: checkPaystackAccount,
  verify: verifyPaystackSignature,
  parse: parsePaystackMessage,
  operations: paystackOperations,
})

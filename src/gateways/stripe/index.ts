import { defineGateway } from "../gateway"
import { checkStripeAccount, stripeConfig, type StripeConfig } from "./config"
import { stripeOperations } from "./operations"
import { parseStripeMessage } from "./parse"
import { setup } from "./setup"
import { verifyStripeSignature } from "./signature"

export default defineGateway<StripeConfig>({
  id: "stripe",
  title: "Stripe",
  docs: "https://docs.stripe.com/webhooks",
  config: stripeConfig,
  secrets: ["apiKey", "webhookSecrets"],
  startsPaymentsWith: ["apiKey"],
  setup,
  check: checkStripeAccount,
  verify: verifyStripeSignature,
  parse: parseStripeMessage,
  operations: stripeOperations,
})

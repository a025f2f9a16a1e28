import Stripe from "stripe"
import type { Sender } from "../../conformance/recording"
import type { StripeConfig } from "../config"

/** Test-only, made up: no account of Stripe's has these. */
const account: Sender<StripeConfig>["account"] = {
  id: "stripe",
  mode: "test",
  config: {
    apiKey: "sk_test_onlyForTests0000000000",
    webhookSecrets: ["whsec_onlyForTestsCurrent00000000000"],
    captureMethod: "automatic",
  },
}

const stripe = new Stripe("sk_test_onlyForTests0000000000")

/** Plays Stripe; signs with Stripe's own SDK. */
export const sender: Sender<StripeConfig> = {
  account,
  sign(message, { config }, at) {
    const header = stripe.webhooks.generateTestHeaderString({
      payload: Buffer.from(message.body).toString("utf8"),
      secret: config.webhookSecrets[0] ?? "",
      timestamp: Math.floor(at.getTime() / 1000),
    })
    return { ...message, headers: { ...message.headers, "stripe-signature": header } }
  },
}

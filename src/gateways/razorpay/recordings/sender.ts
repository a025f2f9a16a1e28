import { createHmac } from "node:crypto"
import type { Sender } from "../../conformance/recording"
import type { RazorpayConfig } from "../config"

/** Test-only, made up: no account of Razorpay's has these. */
const account: Sender<RazorpayConfig>["account"] = {
  id: "razorpay",
  mode: "test",
  config: {
    keyId: "rzp_test_onlyForTests00",
    keySecret: "onlyForTestsKeySecret000",
    webhookSecrets: ["onlyForTestsCurrentWebhookSecret"],
    accountId: "acc_onlyForTests00",
    expiresAfterMinutes: 1440,
    refundSpeed: "normal",
    settlementCurrency: "inr",
  },
}

/** Plays Razorpay: signs the raw body as the documentation says, and names the event in a header that is not signed. */
export const sender: Sender<RazorpayConfig> = {
  account,
  sign(message, { config }) {
    const secret = config.webhookSecrets[0] ?? ""
    const signature = createHmac("sha256", secret).update(message.body).digest("hex")
    return { ...message, headers: { ...message.headers, "x-razorpay-signature": signature } }
  },
}

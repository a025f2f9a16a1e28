import { createHmac } from "node:crypto"
import type { Sender } from "../../conformance/recording"
import type { PaystackOptions } from "../options"

/** Plays Paystack: the signature is written from https://paystack.com/docs/payments/webhooks/#verify-event-origin. */
export const sender: Sender<PaystackOptions> = {
  account: {
    id: "paystack",
    mode: "test",
    config: { secretKeys: ["sk_test_onlyForTestsCurrent0000000000000000"] },
  },
  sign(message, { config }) {
    const key = config.secretKeys[0] ?? ""
    const signature = createHmac("sha512", key).update(message.body).digest("hex")
    return { ...message, headers: { ...message.headers, "x-paystack-signature": signature } }
  },
}

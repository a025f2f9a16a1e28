import { createHmac } from "node:crypto"
import type { Sender } from "medusa-plugin-ipn/gateway/conformance"
import type { ExamplePayOptions } from "../options"

/**
 * Plays the gateway in tests. Write `sign` from the gateway's documentation, or with its SDK: never with the code under
 * test. The secrets are made up for tests.
 */
export const sender: Sender<ExamplePayOptions> = {
  account: {
    id: "example-pay",
    mode: "test",
    config: { apiKey: "ep_only_for_tests_000000", webhookSecrets: ["only-for-tests-webhook-secret"] },
  },
  sign(message, { config }, at) {
    const time = String(Math.floor(at.getTime() / 1000))
    const signature = createHmac("sha256", config.webhookSecrets[0] ?? "")
      .update(`${time}.`)
      .update(message.body)
      .digest("hex")
    const headers = { ...message.headers, "example-time": time, "example-signature": signature }
    return { ...message, headers }
  },
}

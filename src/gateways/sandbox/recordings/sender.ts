import { createHmac } from "node:crypto"
import type { Sender } from "../../conformance/recording"
import type { SandboxOptions } from "../options"

/** Signs with node:crypto alone, not with the code under test. The secrets are made up for tests. */
export const sender: Sender<SandboxOptions> = {
  account: {
    id: "test",
    mode: "test",
    config: {
      url: "http://127.0.0.1:4242",
      apiKey: "test-only-api-key-000001",
      webhookSecrets: ["test-only-webhook-secret-000001"],
    },
  },
  sign(message, { config }, at) {
    const time = Math.floor(at.getTime() / 1000)
    const digest = createHmac("sha256", config.webhookSecrets[0] as string)
      .update(`${time}.`)
      .update(message.body)
    return {
      ...message,
      headers: { ...message.headers, "sandbox-signature": `t=${time},v1=${digest.digest("hex")}` },
    }
  },
}

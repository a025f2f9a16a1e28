import { defineGateway } from "../gateway"
import { standardWebhooksConfig, type StandardWebhooksConfig } from "./config"
import { parseStandardWebhook } from "./parse"
import { setup } from "./setup"
import { verifyStandardWebhook } from "./signature"

/** Any gateway that signs its messages by the Standard Webhooks specification. It only notifies: nothing is asked of it. */
export default defineGateway<StandardWebhooksConfig>({
  id: "standard-webhooks",
  title: "Standard Webhooks",
  docs: "https://www.standardwebhooks.com",
  config: standardWebhooksConfig,
  secrets: ["secrets"],
  setup,
  verify: verifyStandardWebhook,
  parse: parseStandardWebhook,
})

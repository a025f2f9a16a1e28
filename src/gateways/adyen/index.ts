import { defineGateway } from "../gateway"
import { adyenConfig, checkAdyenAccount, type AdyenConfig } from "./config"
import { adyenOperations } from "./operations"
import { parseAdyenMessage } from "./parse"
import { setup } from "./setup"
import { verifyAdyenMessage } from "./signature"

export default defineGateway<AdyenConfig>({
  id: "adyen",
  title: "Adyen",
  docs: "https://docs.adyen.com/development-resources/webhooks",
  config: adyenConfig,
  secrets: ["apiKey", "hmacKeys", "basicAuth"],
  startsPaymentsWith: ["apiKey"],
  setup,
  check: checkAdyenAccount,
  verify: verifyAdyenMessage,
  parse: parseAdyenMessage,
  // The status is what counts today; older set-ups of Adyen's wait for the word.
  acknowledge: ({ kind }) =>
    kind === "stored"
      ? { status: 200, headers: { "content-type": "text/plain" }, body: "[accepted]" }
      : { status: 401 },
  operations: adyenOperations,
})

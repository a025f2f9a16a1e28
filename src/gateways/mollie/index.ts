import { defineGateway } from "../gateway"
import { checkMollieAccount, mollieConfig, type MollieConfig } from "./config"
import { confirmMollieMessage } from "./confirm"
import { mollieOperations } from "./operations"
import { parseMollieMessage } from "./parse"
import { setup } from "./setup"
import { acknowledgeMollie, verifyMollieMessage } from "./verify"

export default defineGateway<MollieConfig>({
  id: "mollie",
  title: "Mollie",
  docs: "https://docs.mollie.com/reference/webhooks",
  config: mollieConfig,
  secrets: ["apiKey", "webhookSecrets"],
  setup,
  check: checkMollieAccount,
  verify: verifyMollieMessage,
  parse: parseMollieMessage,
  confirm: confirmMollieMessage,
  acknowledge: acknowledgeMollie,
  operations: mollieOperations,
})

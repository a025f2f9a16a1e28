import { defineGateway } from "../gateway"
import { checkTakeOver, options, type TakenOverOptions } from "./options"
import { confirm } from "./confirm"
import { setup } from "./setup"
import { verify } from "./verify"

/**
 * A payment provider that is installed in Medusa and whose webhooks we receive. Only the provider can prove and read
 * its messages, and it may need the network for that: so nothing is proven or read before `confirm`.
 */
export default defineGateway<TakenOverOptions>({
  id: "medusa-provider",
  title: "Medusa payment provider",
  docs: "https://docs.medusajs.com/resources/commerce-modules/payment/webhook-events",
  config: options,
  secrets: [],
  setup,
  check: checkTakeOver,
  verify,
  parse: () => [],
  confirm,
})

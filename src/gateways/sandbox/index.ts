import { defineGateway } from "../gateway"
import { operations } from "./operations"
import { options, type SandboxOptions } from "./options"
import { parse } from "./parse"
import { setup } from "./setup"
import { verify } from "./verify"

export { sign } from "./sign"

/**
 * A gateway that moves no money and lives on this machine: for the demo, and for trying and testing a store.
 * Its protocol is ours, built like that of today's payment providers.
 */
export default defineGateway<SandboxOptions>({
  id: "sandbox",
  title: "Sandbox",
  docs: "https://www.npmjs.com/package/medusa-plugin-ipn",
  config: options,
  secrets: ["apiKey", "webhookSecrets"],
  setup,
  check: ({ mode }) =>
    mode === "test"
      ? []
      : [`The sandbox moves no money: set mode to "test", or use another gateway for real payments.`],
  verify,
  parse,
  operations,
})

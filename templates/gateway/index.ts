import { defineGateway } from "medusa-plugin-ipn/gateway"
import { operations } from "./operations"
import { options, type ExamplePayOptions } from "./options"
import { parse } from "./parse"
import { verify } from "./verify"

/** Example Pay: made up. Replace it by your gateway, file by file. */
export default defineGateway<ExamplePayOptions>({
  // Lower-case letters, digits and hyphens.
  id: "example-pay",
  title: "Example Pay",
  // The gateway's own page about its messages.
  docs: "https://docs.example.com/webhooks",
  config: options,
  secrets: ["apiKey", "webhookSecrets"],
  verify,
  parse,
  // Leave it out where payments cannot be started through the gateway's API.
  operations,
})

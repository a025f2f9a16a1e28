import { z } from "@medusajs/framework/zod"
import { secret, secrets, simulatorUrl } from "medusa-plugin-ipn/gateway"

const place = "Settings > API in the Example Pay dashboard"

/** What the store owner writes in medusa-config. Every mistake is answered with a sentence that holds the fix. */
export const options = z.strictObject({
  /** Calls the API. */
  apiKey: secret({ what: "the API key", where: place, prefix: "ep_" }),
  /** Proves messages: the current one first, the previous one during a rotation. */
  webhookSecrets: secrets({ what: "the webhook secret", where: place }),
  /** A program on this machine that plays the gateway, for accounts in test mode. */
  simulator: simulatorUrl.optional(),
})

export type ExamplePayOptions = z.infer<typeof options>

import { z } from "@medusajs/framework/zod"
import { simulatorUrl } from "../simulator"
import { secret, secrets } from "../verification/secret"

const where = "the start of the sandbox program"

/** The options of a sandbox account. */
export const options = z.strictObject({
  /** The address of the sandbox program on this machine. */
  url: simulatorUrl,
  /** Sent as the bearer token of every call to the sandbox. At least 16 characters. */
  apiKey: secret({ what: "the API key", where }),
  /** What messages are signed with, the current secret first. At least 16 characters each. */
  webhookSecrets: secrets({ what: "the webhook secret", where }),
  /** How buyers pay: on the sandbox's page, or by a bank transfer that they are told the lines of. Default: "page". */
  pay: z.enum(["page", "transfer"]).optional(),
})

export type SandboxOptions = z.infer<typeof options>

import { z } from "@medusajs/framework/zod"
import type { Account } from "../gateway"
import { decodeBytes } from "../verification/decode-bytes"
import { secrets } from "../verification/secret"
import { mapping } from "./mapping"

const publicKey = z
  .string({ error: "A public key is text that starts with whpk_." })
  .refine(
    (key) => key.startsWith("whpk_") && decodeBytes(key.slice("whpk_".length), "base64")?.length === 32,
    `A public key starts with "whpk_" and holds 32 bytes in base64. Copy it again from the gateway's webhook settings.`
  )

/** The options of an account whose gateway sends Standard Webhooks. */
export const standardWebhooksConfig = z
  .object({
    /** What the gateway signs with (HMAC), the current one first; the previous one during a rotation. */
    secrets: secrets({
      what: "the webhook signing secret",
      where: "the gateway's webhook settings",
      encoding: "base64",
      prefix: "whsec_",
      min: 32,
    }).optional(),
    /** The public keys of a gateway that signs with Ed25519, the current one first. */
    publicKeys: z
      .array(publicKey, { error: "List the gateway's public keys in [ ], the current one first." })
      .min(1, "List at least one public key, or leave publicKeys out.")
      .max(5, "At most 5 public keys: remove old ones.")
      .optional(),
    /** What the names of the three headers begin with: some senders write "svix". */
    headers: z
      .enum(["webhook", "svix"], { error: `The headers begin with "webhook" or "svix".` })
      .default("webhook"),
    /** How the messages are read. */
    mapping,
  })
  .superRefine(({ secrets, publicKeys }, context) => {
    if (secrets ?? publicKeys) return
    context.addIssue({
      code: "custom",
      path: ["secrets"],
      message:
        "Set secrets (whsec_...), or publicKeys (whpk_...) where the gateway signs with Ed25519: copy them from its webhook settings.",
    })
  })

export type StandardWebhooksConfig = z.infer<typeof standardWebhooksConfig>
export type StandardWebhooksAccount = Account<StandardWebhooksConfig>

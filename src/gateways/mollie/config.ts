import { z } from "@medusajs/framework/zod"
import type { Account } from "../gateway"
import { checkSimulator, simulatorUrl } from "../simulator"
import { secrets } from "../verification/secret"

const apiKeyPlace = "Developers > API keys in the Mollie dashboard"

const apiKey = z
  .string({ error: `The apiKey is missing. Copy the API key from ${apiKeyPlace}.` })
  .superRefine((key, context) => {
    if (/^(?:test|live)_[A-Za-z0-9]{20,}$/.test(key)) return
    const problem =
      key.trim() === ""
        ? "is empty"
        : key.startsWith("access_")
          ? "is an organization access token, which belongs to no website profile"
          : `must start with "test_" or "live_" and be copied whole`
    context.addIssue({
      code: "custom",
      message: `The apiKey ${problem}. Copy the API key of your website profile from ${apiKeyPlace}.`,
    })
  })

/** The options of a Mollie account in medusa-config. */
export const mollieConfig = z.object({
  /** Makes payments and asks Mollie about them: Mollie's webhook names a payment and says nothing of it. */
  apiKey,
  /** What Mollie signs its next-generation webhooks with, the current one first; not needed for classic webhooks. */
  webhookSecrets: secrets({
    what: "the webhook's signing secret",
    where: "Developers > Webhooks > your webhook in the Mollie dashboard",
  }).optional(),
  /** Whether money is taken when the buyer pays, or only held until the order is captured in Medusa. */
  captureMode: z
    .enum(["automatic", "manual"], { error: `The captureMode must be "automatic" or "manual".` })
    .default("automatic"),
  /** Which ways to pay are offered, in Mollie's names; the dashboard's choice when left out. */
  methods: z
    .array(
      z
        .string()
        .regex(/^[a-z0-9_]{2,40}$/, `A method is written in Mollie's way, as in "ideal" or "creditcard".`)
    )
    .min(1, "List at least one method, or leave methods out.")
    .optional(),
  /** A program on this machine that plays Mollie, for tests. */
  simulator: simulatorUrl.optional(),
})

export type MollieConfig = z.infer<typeof mollieConfig>
export type MollieAccount = Account<MollieConfig>

/** What is wrong with the account beyond its options: a key of the other mode, or a simulator of a live account. */
export function checkMollieAccount(account: MollieAccount): string[] {
  const keyMode = account.config.apiKey.split("_")[0]
  const wrongKey =
    keyMode === account.mode
      ? []
      : [
          `The apiKey is a ${keyMode} key, but the account's mode is "${account.mode}": ` +
            `copy the ${account.mode} key from ${apiKeyPlace}, or set mode to "${keyMode}".`,
        ]
  return [...wrongKey, ...checkSimulator(account)]
}

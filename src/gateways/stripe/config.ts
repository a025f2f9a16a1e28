import { z } from "@medusajs/framework/zod"
import type { Account } from "../gateway"
import { checkSimulator, simulatorUrl } from "../simulator"
import { secrets } from "../verification/secret"

const apiKeyPlace = "Developers > API keys in the Stripe dashboard"

const apiKey = z
  .string({ error: `The apiKey is not text. Copy the secret key from ${apiKeyPlace}.` })
  .superRefine((key, context) => {
    if (/^[rs]k_(?:test|live)_[A-Za-z0-9_]{8,}$/.test(key)) return
    const problem =
      key.trim() === ""
        ? "is empty"
        : key.startsWith("pk_")
          ? "is a publishable key, which cannot make payments"
          : key.startsWith("whsec_")
            ? "is a webhook signing secret, which belongs in webhookSecrets"
            : `must start with "sk_" or "rk_" and be copied whole`
    context.addIssue({
      code: "custom",
      message: `The apiKey ${problem}. Copy the secret key, or a restricted key, from ${apiKeyPlace}.`,
    })
  })

/** The options of a Stripe account in medusa-config. */
export const stripeConfig = z.object({
  /** Makes payments, captures, refunds and asks Stripe; not needed where another Medusa provider makes the payments. */
  apiKey: apiKey.optional(),
  /** What Stripe signs its messages with, the current one first; the previous one during a rotation. */
  webhookSecrets: secrets({
    what: "the webhook signing secret",
    where: "Developers > Webhooks > your endpoint > Signing secret in the Stripe dashboard",
    prefix: "whsec_",
  }),
  /** Whether money is taken when the buyer pays, or only held until the order is captured in Medusa. */
  captureMethod: z
    .enum(["automatic", "manual"], { error: `The captureMethod must be "automatic" or "manual".` })
    .default("automatic"),
  /** Which ways to pay are offered, in Stripe's names; the dashboard's choice when left out. */
  paymentMethodTypes: z
    .array(
      z
        .string()
        .regex(
          /^[a-z0-9_]{2,40}$/,
          `A payment method type is written in Stripe's way, as in "card" or "sepa_debit".`
        )
    )
    .min(1, "List at least one payment method type, or leave paymentMethodTypes out.")
    .optional(),
  /** How long the payment page stays open. Minutes, 30 to 1440; Stripe's own 24 hours when left out. */
  expiresAfterMinutes: z
    .int("The minutes in expiresAfterMinutes must be a whole number.")
    .min(30, "Stripe keeps a payment page open for at least 30 minutes: raise expiresAfterMinutes.")
    .max(
      1440,
      "Stripe keeps a payment page open for at most 1440 minutes (24 hours): lower expiresAfterMinutes."
    )
    .optional(),
  /** A program on this machine that plays Stripe, for tests. */
  simulator: simulatorUrl.optional(),
})

export type StripeConfig = z.infer<typeof stripeConfig>
export type StripeAccount = Account<StripeConfig>

/** What is wrong with the account beyond its options: a key of the other mode, or a simulator of a live account. */
export function checkStripeAccount(account: StripeAccount): string[] {
  const keyMode = account.config.apiKey?.split("_")[1]
  const wrongKey =
    keyMode !== undefined && keyMode !== account.mode
      ? [
          `The apiKey is a ${keyMode} key, but the account's mode is "${account.mode}": ` +
            `copy the ${account.mode} key from ${apiKeyPlace}, or set mode to "${keyMode}".`,
        ]
      : []
  return [...wrongKey, ...checkSimulator(account)]
}

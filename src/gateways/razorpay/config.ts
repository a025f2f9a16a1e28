import { z } from "@medusajs/framework/zod"
import type { Account } from "../gateway"
import { checkSimulator, simulatorUrl } from "../simulator"
import { secret, secrets } from "../verification/secret"

const keyPlace = "Account & Settings > API Keys in the Razorpay dashboard"

const keyId = z
  .string({ error: `The keyId is not text. Copy the Key Id from ${keyPlace}.` })
  .superRefine((key, context) => {
    if (/^rzp_(?:test|live)_[A-Za-z0-9]{8,}$/.test(key)) return
    const problem =
      key.trim() === "" ? "is empty" : `must start with "rzp_test_" or "rzp_live_" and be copied whole`
    context.addIssue({ code: "custom", message: `The keyId ${problem}. Copy the Key Id from ${keyPlace}.` })
  })

/** The options of a Razorpay account in medusa-config. */
export const razorpayConfig = z.object({
  /** Makes payment links, captures, refunds and asks Razorpay; left out together with keySecret to receive only. */
  keyId: keyId.optional(),
  keySecret: secret({ what: "the keySecret", where: keyPlace }).optional(),
  /** What Razorpay signs its messages with, the current one first; messages sent again after a change have the old one. */
  webhookSecrets: secrets({
    what: "the webhook secret, which you choose yourself and which is not the keySecret",
    where: "Account & Settings > Webhooks in the Razorpay dashboard",
  }),
  /** The merchant's own account id. Messages about another account (Route, partners) are then kept for review. */
  accountId: z
    .string()
    .regex(
      /^acc_[A-Za-z0-9]{8,}$/,
      `The accountId starts with "acc_": copy it from the account menu of the dashboard.`
    )
    .optional(),
  /** How long a payment link can be paid. Minutes, 16 to 259200 (180 days). */
  expiresAfterMinutes: z
    .int("The minutes in expiresAfterMinutes must be a whole number.")
    .min(16, "Razorpay takes links of more than 15 minutes only: raise expiresAfterMinutes.")
    .max(259_200, "Razorpay keeps a payment link for at most six months: lower expiresAfterMinutes.")
    .default(1440),
  /** "optimum" refunds at once where the buyer's bank can, for a fee. */
  refundSpeed: z
    .enum(["normal", "optimum"], { error: `The refundSpeed must be "normal" or "optimum".` })
    .default("normal"),
  /** The currency of the merchant's bank account: Razorpay's settlements do not name it. */
  settlementCurrency: z
    .string()
    .regex(/^[a-z]{3}$/, `The settlementCurrency is three small letters, as in "inr".`)
    .default("inr"),
  /** A program on this machine that plays Razorpay, for tests. */
  simulator: simulatorUrl.optional(),
})

export type RazorpayConfig = z.infer<typeof razorpayConfig>
export type RazorpayAccount = Account<RazorpayConfig>

/** What is wrong with the account beyond its options: half a key, a key of the other mode, a simulator of a live account. */
export function checkRazorpayAccount(account: RazorpayAccount): string[] {
  const { keyId: key, keySecret } = account.config
  const halfKey =
    (key === undefined) === (keySecret === undefined)
      ? []
      : [
          `keyId and keySecret belong together: copy both from ${keyPlace}, or leave both out to receive only.`,
        ]
  const keyMode = key?.split("_")[1]
  const wrongKey =
    keyMode === undefined || keyMode === account.mode
      ? []
      : [
          `The keyId is a ${keyMode} key, but the account's mode is "${account.mode}": ` +
            `copy the ${account.mode} key from ${keyPlace}, or set mode to "${keyMode}".`,
        ]
  return [...halfKey, ...wrongKey, ...checkSimulator(account)]
}

import { z } from "@medusajs/framework/zod"
import type { Account } from "../gateway"
import { checkSimulator, simulatorUrl } from "../simulator"
import { secrets } from "../verification/secret"

const keyPlace = "Settings > API Keys & Webhooks in the Paystack dashboard"

/** The options of a Paystack account in medusa-config. */
export const paystackOptions = z.object({
  /** Calls the API and proves messages, the current key first; the previous one during a rotation. */
  secretKeys: secrets({ what: "the secret key", where: keyPlace, prefix: "sk_" }),
  /** Which ways to pay are offered, in Paystack's names; the dashboard's choice when left out. */
  channels: z
    .array(
      z
        .string()
        .regex(/^[a-z_]{2,30}$/, `A channel is written in Paystack's way, as in "card" or "bank_transfer".`)
    )
    .min(1, "List at least one channel, or leave channels out.")
    .optional(),
  /** Named to Paystack as the buyer's address when the store does not know it; Paystack takes no payment without one. */
  fallbackEmail: z.email("The fallbackEmail must be an email address.").optional(),
  /** A program on this machine that plays Paystack, for tests. */
  simulator: simulatorUrl.optional(),
})

export type PaystackOptions = z.infer<typeof paystackOptions>
export type PaystackAccount = Account<PaystackOptions>

/** What is wrong with the account beyond its options: keys of the other mode, or a simulator of a live account. */
export function checkPaystackAccount(account: PaystackAccount): string[] {
  const isWrong = account.config.secretKeys.some((key) => !key.startsWith(`sk_${account.mode}_`))
  const mistake =
    `One of the secretKeys does not start with "sk_${account.mode}_", but the account's mode is "${account.mode}": ` +
    `copy the ${account.mode} secret key from ${keyPlace}, or change the mode.`
  return [...(isWrong ? [mistake] : []), ...checkSimulator(account)]
}

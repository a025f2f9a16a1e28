import { z } from "@medusajs/framework/zod"
import type { Account } from "../gateway"

/** What taking over a provider needs to know: which one. Its secrets stay with the provider. */
export const options = z.strictObject(
  {
    /** The provider's id in Medusa: `pp_`, its identifier, and the id given in medusa-config where there is one: `pp_stripe_stripe`. */
    provider: z.string().regex(/^pp_[A-Za-z0-9_-]{1,80}$/, {
      error: `Write the provider's id as in /hooks/payment/<provider>: letters, digits, _ and -, as in "stripe_stripe".`,
    }),
  },
  {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `The provider reads its messages with its own options: remove ${issue.keys.join(", ")}, or name the gateway whose options these are, as in gateway: "stripe".`
        : undefined,
  }
)

export type TakenOverOptions = z.infer<typeof options>

/** For the gateway's `check`: a provider is taken over under its own name, not configured as an account. */
export function checkTakeOver({ id, config }: Account<TakenOverOptions>): string[] {
  if (`pp_${id}` === config.provider) return []
  const name = config.provider.replace(/^pp_/, "")
  return [`A Medusa payment provider is no account: write takeOver: ["${name}"] and remove "${id}".`]
}

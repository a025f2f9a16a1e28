import { z } from "@medusajs/framework/zod"
import type { Account } from "../gateway"
import { amountUnits, type AmountUnit } from "./read-money"

/** What taking over a provider needs to know: which one. Its secrets stay with the provider. */
export const options = z.strictObject(
  {
    /** The provider's id in Medusa: `pp_`, its identifier, and the id given in medusa-config where there is one: `pp_stripe_stripe`. */
    provider: z.string().regex(/^pp_[A-Za-z0-9_-]{1,80}$/, {
      error: `Write the provider's id as in /hooks/payment/<provider>: letters, digits, _ and -, as in "stripe_stripe".`,
    }),
    /** What one unit of the amounts is that the provider tells: "major" (euros, Medusa's own way), "minor" (cents) or "hundredths". */
    amountsIn: z
      .enum(amountUnits, { error: 'Write amountsIn: "major", "minor" or "hundredths", or leave it out.' })
      .optional(),
  },
  {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `The provider reads its messages with its own options: remove ${issue.keys.join(", ")}, or name the gateway whose options these are, as in gateway: "stripe".`
        : undefined,
  }
)

export type TakenOverOptions = z.infer<typeof options>

/**
 * Providers known to tell amounts otherwise than Medusa asks of them.
 * medusa-payment-paystack 2.0.0 sends the amount times 100 and tells Paystack's amount back, whatever the currency
 * (dist/services/paystack-payment-processor.js, read 2026-11-22).
 */
const knownUnits: readonly (readonly [provider: RegExp, unit: AmountUnit])[] = [
  [/^pp_paystack(?:_|$)/, "hundredths"],
]

/**
 * The unit of a provider's amounts. Never guessed from an amount: where 42 may be 42.00 or 0.42, whoever pays a
 * hundredth would have paid in full.
 */
export function amountUnitOf({ provider, amountsIn }: TakenOverOptions): AmountUnit {
  return amountsIn ?? knownUnits.find(([known]) => known.test(provider))?.[1] ?? "major"
}

/** For the gateway's `check`: a provider is taken over under its own name, not configured as an account. */
export function checkTakeOver({ id, config }: Account<TakenOverOptions>): string[] {
  if (`pp_${id}` === config.provider) return []
  const name = config.provider.replace(/^pp_/, "")
  return [`A Medusa payment provider is no account: write takeOver: ["${name}"] and remove "${id}".`]
}

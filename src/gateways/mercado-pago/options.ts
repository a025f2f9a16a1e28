import { z } from "@medusajs/framework/zod"
import type { Account } from "../gateway"
import { checkSimulator, simulatorUrl } from "../simulator"
import { secret, secrets } from "../verification/secret"

const panel = "Your integrations > your application in the Mercado Pago panel"

const userIdSentence = `The userId is the seller's number, in quotes. Copy it from ${panel}.`

/** The options of a Mercado Pago account in medusa-config. */
export const mercadoPagoOptions = z.object({
  /** Calls the API. Test accounts use the token of a test user, or one that starts with "TEST-". */
  accessToken: secret({ what: "the access token", where: `${panel}, under Credentials`, min: 20 }),
  /** What Mercado Pago signs its messages with, the current one first; the previous one during a change. */
  webhookSecrets: secrets({ what: "the secret signature", where: `${panel}, under Webhooks`, min: 16 }),
  /** The seller's number; payments that somebody else received are kept for review. */
  userId: z
    .string({ error: userIdSentence })
    .regex(/^\d{1,20}$/, userIdSentence)
    .optional(),
  /**
   * Also takes messages without a signature, which Mercado Pago is asked about like all others, and names the notify URL
   * with each payment.
   */
  acceptUnsigned: z.boolean({ error: "The option acceptUnsigned must be true or false." }).default(false),
  /** Payments are approved or rejected at once: no slip to be paid later, no review by Mercado Pago. */
  binaryMode: z.boolean({ error: "The option binaryMode must be true or false." }).default(false),
  /** In how many instalments a buyer may pay at most, 1 to 36; Mercado Pago's own limit when left out. */
  maxInstallments: z
    .int("The number in maxInstallments must be whole.")
    .min(1, "There is at least one instalment: raise maxInstallments.")
    .max(36, "There are at most 36 instalments: lower maxInstallments.")
    .optional(),
  /** How long the payment page stays open. Minutes, at least 5; without end when left out. */
  expiresAfterMinutes: z
    .int("The minutes in expiresAfterMinutes must be a whole number.")
    .min(5, "Give the buyer at least 5 minutes: raise expiresAfterMinutes.")
    .max(129_600, "Keep the page open for at most 129600 minutes (90 days): lower expiresAfterMinutes.")
    .optional(),
  /** A program on this machine that plays Mercado Pago, for tests. */
  simulator: simulatorUrl.optional(),
})

export type MercadoPagoOptions = z.infer<typeof mercadoPagoOptions>
export type MercadoPagoAccount = Account<MercadoPagoOptions>

/** What is wrong with the account beyond its options: a test token, or a simulator, of a live account. */
export function checkMercadoPagoAccount(account: MercadoPagoAccount): string[] {
  const isTest = account.config.accessToken.startsWith("TEST-")
  const mistake =
    `The accessToken starts with "TEST-", but the account's mode is "live": copy the production token from ` +
    `${panel}, under Credentials, or set mode to "test".`
  return [...(account.mode === "live" && isTest ? [mistake] : []), ...checkSimulator(account)]
}

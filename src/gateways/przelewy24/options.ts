import { z } from "@medusajs/framework/zod"
import type { Account } from "../gateway"
import { checkSimulator, simulatorUrl } from "../simulator"
import { secret, secrets } from "../verification/secret"

const place = "Moje dane > Dane API i konfiguracja in the Przelewy24 panel"

function shopNumber(option: string) {
  const sentence = `The ${option} is a whole number, without quotes. Copy it from ${place}.`
  return z.int(sentence).min(1, sentence)
}

/** The options of a Przelewy24 account in medusa-config. */
export const przelewy24Options = z.object({
  /** The number of the merchant's account. */
  merchantId: shopNumber("merchantId"),
  /** The number of the shop; the merchant's own number when left out. */
  posId: shopNumber("posId").optional(),
  /** What calls and messages are signed with, the current one first; the previous one during a change. */
  crcKeys: secrets({ what: "the CRC key", where: place, min: 8 }),
  /** The password of the API. */
  apiKey: secret({ what: "the API key, also called the key for reports (klucz do raportów),", where: place }),
  /** The language of the payment page: two letters. */
  language: z
    .string()
    .regex(/^[a-z]{2}$/, `The language is two small letters, as in "pl" or "en".`)
    .default("pl"),
  /** The country that the payment page starts with: two letters. */
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, `The country is two capital letters, as in "PL".`)
    .default("PL"),
  /** How long the buyer may take to pay. Minutes, 1 to 99; no limit when left out. */
  timeLimitMinutes: z
    .int("The minutes in timeLimitMinutes must be a whole number.")
    .min(1, "A payment takes at least a minute: raise timeLimitMinutes.")
    .max(99, "Przelewy24 limits the time to at most 99 minutes: lower timeLimitMinutes, or leave it out.")
    .optional(),
  /** Named to Przelewy24 as the buyer's address when the store does not know it; there is no payment without one. */
  fallbackEmail: z.email("The fallbackEmail must be an email address.").optional(),
  /** A program on this machine that plays Przelewy24, for tests. */
  simulator: simulatorUrl.optional(),
})

export type Przelewy24Options = z.infer<typeof przelewy24Options>
export type Przelewy24Account = Account<Przelewy24Options>

/** The number of the shop that takes the money. */
export function posIdOf({ config }: Przelewy24Account): number {
  return config.posId ?? config.merchantId
}

/** What is wrong with the account beyond its options: a simulator of a live account. */
export function checkPrzelewy24Account(account: Przelewy24Account): string[] {
  return checkSimulator(account)
}

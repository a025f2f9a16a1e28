import { z } from "@medusajs/framework/zod"
import type { Account } from "../gateway"
import { checkSimulator, simulatorUrl } from "../simulator"
import { secret, secrets } from "../verification/secret"

const webhookPage = "Developers > Webhooks > your standard webhook in Adyen's Customer Area"

const basicAuth = secrets({
  what: 'the user name and password of the webhook, written as "name:password",',
  where: `${webhookPage}, under Security > Basic authentication`,
}).superRefine((list, context) => {
  if (list.every((one) => /^[^:]+:.{8,}$/.test(one))) return
  context.addIssue({
    code: "custom",
    message: `Write basicAuth as "name:password", with a password of at least 8 characters, as it is set in ${webhookPage}.`,
  })
})

/** The options of an Adyen account in medusa-config. */
export const adyenConfig = z.object({
  /** Adyen's name of the merchant account. Messages about another one are never applied. */
  merchantAccount: z
    .string({
      error: `The merchantAccount is missing. Copy its code from the top left of Adyen's Customer Area.`,
    })
    .regex(
      /^[A-Za-z0-9_-]{1,80}$/,
      `The merchantAccount is letters, digits, "_" and "-", as in "ExampleShopECOM". Copy it from the top left of Adyen's Customer Area.`
    ),
  /** What Adyen signs each item of its messages with, the current one first; the previous one during a rotation. */
  hmacKeys: secrets({
    what: "the HMAC key",
    where: `${webhookPage}, under Security > HMAC key`,
    encoding: "hex",
    length: 64,
  }),
  /** User name and password that Adyen sends with each message, the current ones first. */
  basicAuth: basicAuth.optional(),
  /** Makes payments, captures and refunds; not needed where the account only receives. */
  apiKey: secret({
    what: "the API key",
    where: "Developers > API credentials > your credential > Server settings in Adyen's Customer Area",
    min: 20,
  }).optional(),
  /** The first part of the live addresses of Adyen's interface; only for live accounts with an apiKey. */
  livePrefix: z
    .string()
    .regex(
      /^[A-Za-z0-9]{4,40}-[A-Za-z0-9]{1,80}$/,
      `The livePrefix is written as in "1797a841fbb37ca7-ExampleCompany". Copy it from Developers > API URLs > Prefix in the live Customer Area.`
    )
    .optional(),
  /** Whether money is taken when the buyer pays, or only held until the order is captured in Medusa. */
  captureMethod: z
    .enum(["automatic", "manual"], { error: `The captureMethod must be "automatic" or "manual".` })
    .default("automatic"),
  /** Which ways to pay are offered, in Adyen's names; the Customer Area's choice when left out. */
  paymentMethods: z
    .array(
      z
        .string()
        .regex(
          /^[A-Za-z0-9_]{2,60}$/,
          `A payment method is written in Adyen's way, as in "scheme" or "ideal".`
        )
    )
    .min(1, "List at least one payment method, or leave paymentMethods out.")
    .optional(),
  /** The buyer's country, which decides what ways to pay are shown. */
  countryCode: z
    .string()
    .regex(/^[A-Z]{2}$/, `The countryCode is two capital letters, as in "NL".`)
    .optional(),
  /** The language of the payment page; the browser's when left out. */
  shopperLocale: z
    .string()
    .regex(/^[a-z]{2}(?:-[A-Z]{2})?$/, `The shopperLocale is written as in "nl-NL".`)
    .optional(),
  /** How long the payment page stays open. Minutes, 5 to 100800; Adyen's own 24 hours when left out. */
  expiresAfterMinutes: z
    .int("The minutes in expiresAfterMinutes must be a whole number.")
    .min(5, "Give the buyer at least 5 minutes: raise expiresAfterMinutes.")
    .max(
      100_800,
      "Adyen keeps a payment link for at most 100800 minutes (70 days): lower expiresAfterMinutes."
    )
    .optional(),
  /** A program on this machine that plays Adyen, for tests. */
  simulator: simulatorUrl.optional(),
})

export type AdyenConfig = z.infer<typeof adyenConfig>
export type AdyenAccount = Account<AdyenConfig>

/** What is wrong with the account beyond its options: a live account that cannot find Adyen, or has a simulator. */
export function checkAdyenAccount(account: AdyenAccount): string[] {
  const { apiKey, livePrefix } = account.config
  const unreachable =
    account.mode === "live" && apiKey !== undefined && livePrefix === undefined
      ? [
          `A live account with an apiKey needs livePrefix: copy it from Developers > API URLs > Prefix in the live ` +
            `Customer Area, as in "1797a841fbb37ca7-ExampleCompany".`,
        ]
      : []
  return [...unreachable, ...checkSimulator(account)]
}

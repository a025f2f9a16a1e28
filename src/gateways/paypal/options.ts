import { z } from "@medusajs/framework/zod"
import type { Account } from "../gateway"
import { simulatorUrl } from "../simulator"
import { secret } from "../verification/secret"

const business = "Account settings > Business information at PayPal"
const app = "Apps & Credentials > your app at https://developer.paypal.com/dashboard"

const webhookId = z.string().regex(/^[A-Za-z0-9]{10,50}$/, {
  message: `A webhook ID is 10 to 50 letters and digits; copy it from the list of webhooks in ${app}.`,
})
const listWebhooks = `List the app's webhook ID in [ ], the current one first; copy it from the list of webhooks in ${app}.`
const listReceivers = `List the PayPal account's e-mail addresses and its merchant ID in [ ]; copy them from ${business}.`

/**
 * The options of a PayPal account: an app with its webhook (`clientId`, `clientSecret`, `webhookIds`), the classic
 * account (`receivers`), or both where PayPal sends both kinds of messages.
 */
export const options = z
  .strictObject({
    /** The app's client ID. Payments are made with Orders v2 when it is there, with the classic form otherwise. */
    clientId: z
      .string()
      .regex(
        /^[A-Za-z0-9_-]{16,200}$/,
        `The client ID is not whole; copy it from ${app}. Sandbox and live have one each.`
      )
      .optional(),
    /** The app's secret. */
    clientSecret: secret({ what: "the client secret", where: app }).optional(),
    /** What PayPal's signatures are made for: the ID of the app's webhook; older ones behind it while they still send. */
    webhookIds: z
      .array(webhookId, { error: listWebhooks })
      .min(1, listWebhooks)
      .max(5, `At most 5: remove old ones. ${listWebhooks}`)
      .optional(),
    /**
     * For classic messages: the PayPal account's e-mail addresses and its merchant ID. The first is where buyers are
     * sent to pay; money that went to anybody else is never applied.
     */
    receivers: z
      .array(
        z.string().regex(/^(?:[^\s@]+@[^\s@]+|[A-Za-z0-9]{13})$/, {
          message: `A receiver is an e-mail address or a merchant ID of 13 letters and digits; copy it from ${business}.`,
        }),
        { error: listReceivers }
      )
      .min(1, `List at least one e-mail address or merchant ID; copy it from ${business}.`)
      .optional(),
    /** "sale" (default) takes the money at once; "authorization" reserves it, to be captured within 29 days. */
    paymentAction: z.enum(["sale", "authorization"]).default("sale"),
    /** A program on this machine that plays PayPal, for accounts in test mode. */
    simulator: simulatorUrl.optional(),
  })
  .superRefine(({ clientId, clientSecret, webhookIds, receivers }, context) => {
    const given = [clientId, clientSecret, webhookIds].filter((option) => option !== undefined).length
    const say = (message: string) => context.addIssue({ code: "custom", message })
    if (given === 0 && !receivers) {
      say(
        `The account has neither an app nor receivers. Give clientId, clientSecret and webhookIds from ${app}, ` +
          `or for classic messages receivers from ${business}.`
      )
    } else if (given > 0 && given < 3) {
      say(`clientId, clientSecret and webhookIds belong together: give all three. Copy them from ${app}.`)
    }
  })

export type PaypalConfig = z.infer<typeof options>
export type PaypalAccount = Account<PaypalConfig>

/** What the REST API needs; undefined for an account that has only classic messages. */
export type PaypalApp = Readonly<{ clientId: string; clientSecret: string; webhookIds: readonly string[] }>

/** The app of an account, where it has one. */
export function appOf({ config }: PaypalAccount): PaypalApp | undefined {
  const { clientId, clientSecret, webhookIds } = config
  return clientId && clientSecret && webhookIds ? { clientId, clientSecret, webhookIds } : undefined
}

import { z } from "@medusajs/framework/zod"
import { simulatorUrl } from "../simulator"

const where = "Account settings > Business information at PayPal"

/** The options of a classic PayPal account. There is no secret: PayPal is asked about each message. */
export const options = z.strictObject({
  /**
   * The PayPal account's e-mail addresses and its merchant ID. The first is where buyers are sent to pay; money that
   * went to anybody else is never applied.
   */
  receivers: z
    .array(
      z.string().regex(/^(?:[^\s@]+@[^\s@]+|[A-Za-z0-9]{13})$/, {
        message: `A receiver is an e-mail address or a merchant ID of 13 letters and digits; copy it from ${where}.`,
      }),
      {
        error: `List the PayPal account's e-mail addresses and its merchant ID in [ ]; copy them from ${where}.`,
      }
    )
    .min(1, `List at least one e-mail address or merchant ID; copy it from ${where}.`),
  /** "sale" (default) takes the money at once; "authorization" reserves it, to be captured at PayPal within 29 days. */
  paymentAction: z.enum(["sale", "authorization"]).default("sale"),
  /** A program on this machine that plays PayPal, for accounts in test mode. */
  simulator: simulatorUrl.optional(),
})

export type PaypalIpnOptions = z.infer<typeof options>

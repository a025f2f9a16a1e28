import type { Confirmation, ConfirmIo, Message } from "../../gateway"
import { hostOf } from "../../simulator"
import type { PaypalAccount } from "../options"
import { parseForm } from "./parse"

/** @see https://developer.paypal.com/api/nvp-soap/ipn/IPNImplementation/ */
export const postbackHosts = { live: "https://ipnpb.paypal.com", test: "https://ipnpb.sandbox.paypal.com" }

/**
 * Asks PayPal whether it sent these bytes: they go back as they came, after `cmd=_notify-validate&`. The host is that
 * of the account's mode, never one that the message names.
 * What is PayPal's own and cannot be read is not asked about again: PayPal would say the same.
 * @throws Error when PayPal answers anything but VERIFIED or INVALID: asked again later.
 */
export async function confirmForm(
  message: Message,
  account: PaypalAccount,
  io: ConfirmIo
): Promise<Confirmation> {
  const { status, body } = await io.request({
    method: "POST",
    url: `${hostOf(account, postbackHosts)}/cgi-bin/webscr`,
    headers: {
      "content-type": message.headers["content-type"] ?? "application/x-www-form-urlencoded",
      "user-agent": "medusa-plugin-ipn",
    },
    body: Buffer.concat([Buffer.from("cmd=_notify-validate&"), message.body]),
  })
  const answer = Buffer.from(body).toString("latin1")
  if (status === 200 && answer === "VERIFIED") {
    try {
      return { kind: "confirmed", events: parseForm(message, account) }
    } catch (error) {
      return { kind: "unreadable", why: (error as Error).message }
    }
  }
  if (status === 200 && answer === "INVALID")
    return { kind: "denied", why: "PayPal did not send this message." }
  throw new Error(`PayPal answered the postback with ${status} and neither VERIFIED nor INVALID`)
}

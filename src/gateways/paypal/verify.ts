import type { Message, Verdict } from "../gateway"
import { isForm, verifyForm } from "./ipn/verify"
import { appOf, type PaypalAccount } from "./options"
import { verifySigned } from "./rest/verify"

/** Classic messages are forms, those of an app are JSON. Each is taken only by an account that is set up for it. */
export function verify(message: Message, account: PaypalAccount): Verdict {
  if (isForm(message)) {
    return account.config.receivers ? verifyForm(message, account) : { kind: "refused", why: "wrong-account" }
  }
  if (!/^application\/json\s*(?:;|$)/i.test(message.headers["content-type"] ?? "")) {
    return { kind: "refused", why: "malformed" }
  }
  return appOf(account) ? verifySigned(message, account) : { kind: "refused", why: "wrong-account" }
}

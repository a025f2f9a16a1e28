import type { Message, Verdict } from "../../gateway"
import type { PaypalAccount } from "../options"
import { readFields, type Fields } from "./read-fields"

/**
 * Unproven when it looks like a message of PayPal in the account's mode: nothing in it proves who sent it, so PayPal is
 * asked by `confirm`. Refused when it is no such form, or says the other mode: a sandbox message to a live account.
 */
export function verifyForm(message: Message, account: PaypalAccount): Verdict {
  if (message.method !== "POST" || !isForm(message)) return { kind: "refused", why: "malformed" }
  let fields: Fields
  try {
    fields = readFields(message)
  } catch {
    return { kind: "refused", why: "malformed" }
  }
  if (!["txn_type", "payment_status", "case_type"].some((name) => fields.get(name))) {
    return { kind: "refused", why: "malformed" }
  }
  if (isTest(fields) !== (account.mode === "test")) return { kind: "refused", why: "wrong-account" }
  return { kind: "unproven", why: "needs-postback" }
}

/** Whether the message says that it comes from PayPal's sandbox. Compared with the account's mode, never followed. */
export function isTest(fields: Fields): boolean {
  return (fields.get("test_ipn") ?? "0") !== "0"
}

/** Whether it is a form, as all classic messages are. */
export function isForm({ headers }: Message): boolean {
  return /^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(headers["content-type"] ?? "")
}

import type { Message, Verdict } from "../../gateway"
import type { PaypalAccount } from "../options"
import { readEvent } from "./objects"
import { readTransmission } from "./transmission"

/**
 * Unproven when it looks like a message that PayPal signed for this account: its certificate lies at PayPal and is
 * fetched by `confirm`. Refused when it can be seen already that it is none.
 */
export function verifySigned(message: Message, account: PaypalAccount): Verdict {
  if (message.method !== "POST") return { kind: "refused", why: "malformed" }
  const transmission = readTransmission(message, account)
  if ("refused" in transmission) return { kind: "refused", why: transmission.refused }
  try {
    readEvent(message.body)
  } catch {
    return { kind: "refused", why: "malformed" }
  }
  return { kind: "unproven", why: "unknown-key" }
}

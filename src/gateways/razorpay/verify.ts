import type { Message, Verdict } from "../gateway"
import { findSigningKey } from "../verification/hmac"
import { readSecrets } from "../verification/secret"
import type { RazorpayAccount } from "./config"

/**
 * Judges a message by `X-Razorpay-Signature`: the hex HMAC-SHA256 of the raw body under the webhook secret as text. A
 * message that is sent again after the secret was changed has the old secret's signature. The scheme signs no time, and
 * not the header `x-razorpay-event-id`. https://razorpay.com/docs/webhooks/validate-test/
 */
export function verifyRazorpaySignature(message: Message, account: RazorpayAccount): Verdict {
  const signature = message.headers["x-razorpay-signature"]
  if (!signature) return { kind: "refused", why: "missing" }
  if (!/^[0-9a-f]{64}$/.test(signature)) return { kind: "refused", why: "malformed" }
  const key = findSigningKey({
    algorithm: "sha256",
    keys: readSecrets(account.config.webhookSecrets),
    parts: [message.body],
    signatures: [signature],
    encoding: "hex",
  })
  if (key === undefined) return { kind: "refused", why: "mismatch" }
  return { kind: "proven", by: "hmac", covers: "body", keyId: String(key) }
}

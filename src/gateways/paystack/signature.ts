import type { Message, Verdict } from "../gateway"
import { findSigningKey } from "../verification/hmac"
import { readSecrets } from "../verification/secret"
import type { PaystackAccount } from "./options"

/**
 * Judges a message by its `x-paystack-signature` header: the HMAC-SHA512 of the body under the account's secret key, in
 * hex. There is no time in it: a message sent again is known by its key.
 * https://paystack.com/docs/payments/webhooks/#verify-event-origin
 */
export function verifyPaystackSignature(message: Message, account: PaystackAccount): Verdict {
  const signature = message.headers["x-paystack-signature"]
  if (!signature) return { kind: "refused", why: "missing" }
  if (!/^[0-9a-f]{128}$/.test(signature)) return { kind: "refused", why: "malformed" }
  const key = findSigningKey({
    algorithm: "sha512",
    keys: readSecrets(account.config.secretKeys, { prefix: "sk_" }),
    parts: [message.body],
    signatures: [signature],
    encoding: "hex",
  })
  if (key === undefined) return { kind: "refused", why: "mismatch" }
  return { kind: "proven", by: "hmac", covers: "body", keyId: String(key) }
}

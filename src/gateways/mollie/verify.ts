import type { Message, Receipt, Reply, Verdict } from "../gateway"
import { findSigningKey } from "../verification/hmac"
import { readSecrets } from "../verification/secret"
import type { MollieAccount } from "./config"
import { classicId, classicSubject, thinSubject } from "./entity"

/**
 * Judges a message. A classic webhook is `id=tr_...` and nothing else: it proves nothing and says nothing, so that the
 * payment is asked for. A next-generation webhook has `X-Mollie-Signature: sha256=<hex>`, the HMAC-SHA256 of the raw
 * body under the signing secret as text; during a rotation there are several. The scheme signs no time.
 * A signed message with a simple payload is as thin as a classic one. A signature that is missing never counts as one:
 * the official SDKs answer such a message with `false` instead of an error.
 * https://docs.mollie.com/reference/webhooks and https://docs.mollie.com/reference/webhooks-best-practices
 */
export function verifyMollieMessage(message: Message, account: MollieAccount): Verdict {
  if (message.method !== "POST") return { kind: "refused", why: "malformed" }
  const header = signatureOf(message)
  if (header === undefined) {
    if (classicSubject(message)) return { kind: "unproven", why: "thin" }
    return { kind: "refused", why: classicId(message) ? "wrong-account" : "missing" }
  }
  const signatures = header
    .split(",")
    .flatMap((part) => /^(?:sha256=)?([0-9a-f]{64})$/.exec(part.trim())?.[1] ?? [])
  const key = findSigningKey({
    algorithm: "sha256",
    keys: readSecrets(account.config.webhookSecrets),
    parts: [message.body],
    signatures,
    encoding: "hex",
  })
  if (key === undefined) return { kind: "refused", why: signatures.length === 0 ? "malformed" : "mismatch" }
  if (thinSubject(message)) return { kind: "unproven", why: "thin" }
  return { kind: "proven", by: "hmac", covers: "body", keyId: String(key) }
}

/**
 * A classic call is answered 200 whatever it names, as Mollie asks: the answer must not tell a stranger which ids are
 * known here. Forged signatures are answered with the house's refusal. https://docs.mollie.com/reference/webhooks
 */
export function acknowledgeMollie(receipt: Receipt, message: Message): Reply {
  const isClassic = signatureOf(message) === undefined && classicId(message) !== undefined
  return { status: receipt.kind === "stored" || isClassic ? 200 : 401 }
}

function signatureOf(message: Message): string | undefined {
  const header = message.headers["x-mollie-signature"]
  return header === undefined || header.trim() === "" ? undefined : header
}

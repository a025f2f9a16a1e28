import type { Message, Verdict } from "../gateway"
import { findSigningKey } from "../verification/hmac"
import { readSecrets } from "../verification/secret"
import { isFresh, readUnixSeconds } from "../verification/timestamp"
import type { StripeAccount } from "./config"

/**
 * Judges a message by its `Stripe-Signature` header: `t=<seconds>,v1=<hex>[,v1=<hex>]`, each v1 the HMAC-SHA256 of
 * `<t>.<body>` under the signing secret as text. One v1 must match one of the secrets, and `t` must be at most 300
 * seconds from now, before or after. Other schemes are ignored: v0 is for test messages only and proves nothing.
 * https://docs.stripe.com/webhooks/signature
 */
export function verifyStripeSignature(message: Message, account: StripeAccount): Verdict {
  const header = message.headers["stripe-signature"]
  if (!header) return { kind: "refused", why: "missing" }
  const signed = readHeader(header)
  if (!signed) return { kind: "refused", why: "malformed" }
  if (signed.signatures.length === 0) return { kind: "refused", why: "missing" }

  const key = findSigningKey({
    algorithm: "sha256",
    keys: readSecrets(account.config.webhookSecrets, { prefix: "whsec_" }),
    parts: [`${signed.time}.`, message.body],
    signatures: signed.signatures.filter((signature) => /^[0-9a-f]{64}$/.test(signature)),
    encoding: "hex",
  })
  if (key === undefined) return { kind: "refused", why: "mismatch" }
  if (!isFresh(signed.sentAt, message.receivedAt)) return { kind: "refused", why: "stale" }
  return { kind: "proven", by: "hmac", covers: "body", sentAt: signed.sentAt, keyId: String(key) }
}

type SignedHeader = Readonly<{ time: string; sentAt: Date; signatures: readonly string[] }>

/** Undefined for a header that is not of Stripe's form, or that has two times, as a header sent twice has. */
function readHeader(header: string): SignedHeader | undefined {
  if (header.length > 4096) return undefined
  const pairs = header.split(",").map((item) => /^([a-z0-9]+)=([^=]+)$/.exec(item))
  if (pairs.some((pair) => pair === null)) return undefined
  const valuesOf = (name: string) => pairs.flatMap((pair) => (pair?.[1] === name ? [pair[2] ?? ""] : []))
  const [time, ...others] = valuesOf("t")
  if (time === undefined || others.length > 0 || !/^[1-9]/.test(time)) return undefined
  const sentAt = readUnixSeconds(time)
  return sentAt && { time, sentAt, signatures: valuesOf("v1") }
}

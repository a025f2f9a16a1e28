import {
  findSigningKey,
  isFresh,
  readSecrets,
  readUnixSeconds,
  type Account,
  type Message,
  type Verdict,
} from "medusa-plugin-ipn/gateway"
import type { ExamplePayOptions } from "./options"

/**
 * Judges a message by its headers: `example-time` is seconds since 1970, `example-signature` the HMAC-SHA256 in hex of
 * `<time>.<body>`. Never throws. https://docs.example.com/webhooks#signature
 */
export function verify(message: Message, { config }: Account<ExamplePayOptions>): Verdict {
  const { "example-time": time, "example-signature": signature } = message.headers
  if (!time || !signature) return { kind: "refused", why: "missing" }
  const sentAt = readUnixSeconds(time)
  if (!sentAt) return { kind: "refused", why: "malformed" }
  const key = findSigningKey({
    algorithm: "sha256",
    keys: readSecrets(config.webhookSecrets),
    // The bytes as they came: never the body read and written again.
    parts: [`${time}.`, message.body],
    signatures: [signature],
    encoding: "hex",
  })
  if (key === undefined) return { kind: "refused", why: "mismatch" }
  if (!isFresh(sentAt, message.receivedAt)) return { kind: "refused", why: "stale" }
  return { kind: "proven", by: "hmac", covers: "body", sentAt, keyId: String(key) }
}

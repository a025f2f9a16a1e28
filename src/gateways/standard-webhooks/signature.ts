import { createPublicKey, verify } from "node:crypto"
import type { Message, Verdict } from "../gateway"
import { decodeBytes } from "../verification/decode-bytes"
import { findSigningKey } from "../verification/hmac"
import { readSecrets } from "../verification/secret"
import { isFresh, readUnixSeconds } from "../verification/timestamp"
import type { StandardWebhooksAccount } from "./config"

/**
 * Judges a message by its headers `webhook-id`, `webhook-timestamp` (seconds) and `webhook-signature`: a list, parted by
 * spaces, of `v1,<base64>` (HMAC-SHA256) and `v1a,<base64>` (Ed25519) over `<id>.<timestamp>.<body>`. One of them must
 * be of one of the account's keys, and the time at most 300 seconds from now, before or after.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function verifyStandardWebhook(message: Message, account: StandardWebhooksAccount): Verdict {
  const signed = readHeaders(message, account)
  if (signed === undefined) return { kind: "refused", why: "missing" }
  if (signed === "malformed") return { kind: "refused", why: "malformed" }

  const parts = [`${signed.id}.${signed.time}.`, message.body]
  const secret = findSigningKey({
    algorithm: "sha256",
    keys: readSecrets(account.config.secrets, { encoding: "base64", prefix: "whsec_" }),
    parts,
    signatures: signed.signatures("v1"),
    encoding: "base64",
  })
  const key = secret ?? findPublicKey(account.config.publicKeys, parts, signed.signatures("v1a"))
  if (key === undefined) return { kind: "refused", why: "mismatch" }
  if (!isFresh(signed.sentAt, message.receivedAt)) return { kind: "refused", why: "stale" }
  const by = secret === undefined ? "ed25519" : "hmac"
  return { kind: "proven", by, covers: "body", sentAt: signed.sentAt, keyId: String(key) }
}

/** The id of a message that is the same however often it is sent; signed. */
export function messageId(message: Message, account: StandardWebhooksAccount): string {
  return message.headers[`${prefixOf(account)}-id`] ?? ""
}

type Signed = Readonly<{
  id: string
  time: string
  sentAt: Date
  signatures(version: "v1" | "v1a"): string[]
}>

function readHeaders(message: Message, account: StandardWebhooksAccount): Signed | "malformed" | undefined {
  const header = (name: string) => message.headers[`${prefixOf(account)}-${name}`]
  const [id, time, list] = [header("id"), header("timestamp"), header("signature")]
  if (!id || !time || !list) return undefined
  const sentAt = /^[1-9]/.test(time) ? readUnixSeconds(time) : undefined
  // A header that was sent twice is joined with a comma and a space: two ids are none.
  if (!sentAt || !/^[\x21-\x2b\x2d-\x7e]{1,200}$/.test(id) || list.length > 4096) return "malformed"
  const items = list.split(" ").map((item) => /^(v1a?),([A-Za-z0-9+/]+={0,2})$/.exec(item))
  return {
    id,
    time,
    sentAt,
    signatures: (version) => items.flatMap((item) => (item?.[1] === version ? [item[2] ?? ""] : [])),
  }
}

function prefixOf({ config }: StandardWebhooksAccount): "webhook" | "svix" {
  return config.headers === "svix" ? "svix" : "webhook"
}

/** The place in `keys` of the public key whose owner made one of the signatures. Never throws, whatever the keys are. */
function findPublicKey(
  keys: unknown,
  parts: readonly (string | Uint8Array)[],
  signatures: readonly string[]
): number | undefined {
  if (!Array.isArray(keys)) return undefined
  const data = Buffer.concat(parts.map((part) => Buffer.from(part as string)))
  const presented = signatures
    .flatMap((text) => decodeBytes(text, "base64") ?? [])
    .filter((one) => one.length === 64)
  const index = keys.findIndex((key: unknown) =>
    presented.some((signature) => isSignedBy(key, data, signature))
  )
  return index < 0 ? undefined : index
}

/** What stands before the 32 bytes of an Ed25519 public key in its DER form. https://www.rfc-editor.org/rfc/rfc8410 */
const derPrefix = Buffer.from("302a300506032b6570032100", "hex")

function isSignedBy(text: unknown, data: Buffer, signature: Buffer): boolean {
  if (typeof text !== "string" || !text.startsWith("whpk_")) return false
  const raw = decodeBytes(text.slice("whpk_".length), "base64")
  if (raw?.length !== 32) return false
  try {
    const key = createPublicKey({ key: Buffer.concat([derPrefix, raw]), format: "der", type: "spki" })
    return verify(null, data, key, signature)
  } catch {
    return false
  }
}

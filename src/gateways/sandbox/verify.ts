import type { Account, Message, Verdict } from "../gateway"
import { findSigningKey } from "../verification/hmac"
import { readSecrets } from "../verification/secret"
import { isFresh, readUnixSeconds } from "../verification/timestamp"
import type { SandboxOptions } from "./options"

/** The header that proves a message: `t=<unix seconds>,v1=<hex hmac-sha256 of "<t>.<body>">`, several `v1` allowed. */
export const signatureHeader = "sandbox-signature"

/** Proven when one of the account's secrets signed the exact bytes at most 5 minutes from the time of receiving. */
export function verify(message: Message, account: Account<SandboxOptions>): Verdict {
  const keys = readSecrets(account.config.webhookSecrets)
  if (!keys.some(Boolean)) return { kind: "refused", why: "weak" }
  const header = message.headers[signatureHeader]
  if (!header) return { kind: "refused", why: "missing" }
  const fields = header.split(",").map((field) => field.split("="))
  const times = fields.flatMap(([name, value]) => (name === "t" && value ? [value] : []))
  const signatures = fields.flatMap(([name, value]) => (name === "v1" && value ? [value] : []))
  const [time] = times
  const sentAt = time === undefined ? undefined : readUnixSeconds(time)
  if (time === undefined || times.length > 1 || !sentAt) return { kind: "refused", why: "malformed" }

  const parts = [`${time}.`, message.body]
  const key = findSigningKey({ algorithm: "sha256", keys, parts, signatures, encoding: "hex" })
  if (key === undefined) return { kind: "refused", why: "mismatch" }
  if (!isFresh(sentAt, message.receivedAt)) return { kind: "refused", why: "stale" }
  return { kind: "proven", by: "hmac", covers: "body", sentAt, keyId: String(key) }
}

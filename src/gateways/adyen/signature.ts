import type { Message, Verdict } from "../gateway"
import { findSigningKey } from "../verification/hmac"
import { safeEqual } from "../verification/safe-equal"
import { readSecrets } from "../verification/secret"
import type { AdyenAccount } from "./config"
import { additional, readNotification, type AdyenItem } from "./notification"

/**
 * Judges a standard webhook. Each item carries its own signature in `additionalData.hmacSignature`, which covers eight
 * fields of the item and nothing else; the message is believed when at least one item is, and only those items are read.
 * With `basicAuth` set, the caller must know the password as well. A message of the other mode (live, test) is refused.
 * https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures
 */
export function verifyAdyenMessage(message: Message, account: AdyenAccount): Verdict {
  const caller = judgeCaller(message, account)
  if (caller) return { kind: "refused", why: caller }
  const notification = readOrNothing(message)
  if (!notification || notification.items.length === 0) return { kind: "refused", why: "malformed" }

  const keys = notification.items.map((item) => keyOf(item, account)).filter((key) => key !== undefined)
  if (keys.length === 0) {
    const signed = notification.items.some((item) => additional(item, "hmacSignature") !== undefined)
    return { kind: "refused", why: signed ? "mismatch" : "missing" }
  }
  if (notification.live !== (account.mode === "live")) return { kind: "refused", why: "wrong-account" }
  return { kind: "proven", by: "hmac", covers: "fields", keyId: String(Math.max(...keys)) }
}

/** Whether an item's own signature was made with one of the account's keys. */
export function isProven(item: AdyenItem, account: AdyenAccount): boolean {
  return keyOf(item, account) !== undefined
}

/** What the signature covers, in this order, joined by colons. Nothing is escaped, see {@link isAmbiguous}. */
export function signedFields(item: AdyenItem): string[] {
  return [
    item.pspReference,
    item.originalReference,
    item.merchantAccountCode,
    item.merchantReference,
    item.amount?.value ?? "",
    item.amount?.currency ?? "",
    item.eventCode,
    item.success,
  ]
}

/** Whether a colon inside a field lets one signature stand for several items: such an item is never read. */
export function isAmbiguous(item: AdyenItem): boolean {
  return signedFields(item).some((field) => field.includes(":"))
}

function keyOf(item: AdyenItem, account: AdyenAccount): number | undefined {
  const signature = additional(item, "hmacSignature")
  return findSigningKey({
    algorithm: "sha256",
    keys: readSecrets(account.config.hmacKeys, { encoding: "hex" }).map((key) =>
      key?.length === 32 ? key : undefined
    ),
    parts: [signedFields(item).join(":")],
    signatures: signature === undefined ? [] : [signature],
    encoding: "base64",
  })
}

/** Why the caller is refused, by `Authorization: Basic`; undefined when it may pass. */
function judgeCaller(message: Message, { config }: AdyenAccount): "missing" | "mismatch" | undefined {
  if (config.basicAuth === undefined) return undefined
  const header = message.headers.authorization
  if (!header) return "missing"
  const known = readSecrets(config.basicAuth).filter((key) => key !== undefined)
  const isKnown = known.some((key) => safeEqual(header, `Basic ${key.toString("base64")}`))
  return isKnown ? undefined : "mismatch"
}

function readOrNothing(message: Message): ReturnType<typeof readNotification> | undefined {
  try {
    return readNotification(message.body)
  } catch {
    return undefined
  }
}

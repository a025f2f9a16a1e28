import { verify as verifySignature, type KeyObject } from "node:crypto"
import type { Message, Refused } from "../../gateway"
import { hostOf } from "../../simulator"
import { decodeBytes } from "../../verification/decode-bytes"
import type { PaypalAccount } from "../options"
import { crc32 } from "./crc32"
import { apiHosts, certificateHosts } from "./hosts"

/** What PayPal's headers say about a message. https://developer.paypal.com/api/rest/webhooks/rest/ (read 2026-11-22) */
export type Transmission = Readonly<{
  id: string
  time: string
  algorithm: string
  signature: string
  certificateUrl: string
}>

const names = {
  id: "paypal-transmission-id",
  time: "paypal-transmission-time",
  algorithm: "paypal-auth-algo",
  signature: "paypal-transmission-sig",
  certificateUrl: "paypal-cert-url",
} as const

const certificatePath = /^\/v1\/notifications\/certs\/CERT-[A-Za-z0-9-]{1,80}$/
const day = 86_400_000

/**
 * The headers of a signed message, or why it is refused: a header is missing or ill-formed, the algorithm is another
 * than SHA256withRSA, the certificate lies at another host than PayPal's for the account's mode, or the message is more
 * than 31 days old. PayPal sends a message for three days and keeps it for sending again by hand for 30.
 */
export function readTransmission(
  message: Message,
  account: PaypalAccount
): Transmission | Readonly<{ refused: Refused["why"] }> {
  const told = Object.fromEntries(
    Object.entries(names).map(([field, name]) => [field, message.headers[name] ?? ""])
  ) as unknown as Transmission
  if (Object.values(told).some((value) => value === "")) return { refused: "missing" }
  // A bar inside a field would move the borders of the text that is signed.
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(told.id)) return { refused: "malformed" }
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/.test(told.time)) return { refused: "malformed" }
  if (told.algorithm !== "SHA256withRSA") return { refused: "weak" }
  const signature = decodeBytes(told.signature, "base64")
  if (!signature || signature.length > 1024) return { refused: "malformed" }
  if (signature.length < 256) return { refused: "weak" }
  const refused = judgeCertificateUrl(told.certificateUrl, account)
  if (refused) return { refused }
  const age = message.receivedAt.getTime() - new Date(told.time).getTime()
  return age >= -600_000 && age <= 31 * day ? told : { refused: "stale" }
}

function judgeCertificateUrl(url: string, account: PaypalAccount): Refused["why"] | undefined {
  const at = (hosts: readonly string[]) =>
    hosts.some((host) => url.startsWith(`${host}/`) && certificatePath.test(url.slice(host.length)))
  const simulated = hostOf(account, apiHosts)
  if (simulated !== apiHosts[account.mode]) return at([simulated]) ? undefined : "mismatch"
  if (at(certificateHosts[account.mode])) return undefined
  return at([...certificateHosts.live, ...certificateHosts.test]) ? "wrong-account" : "mismatch"
}

/** Whether the key signed the message for one of the webhooks: `<id>|<time>|<webhook>|<CRC-32 of the body, decimal>`. */
export function isSigned(
  transmission: Transmission,
  body: Uint8Array,
  webhookIds: readonly string[],
  key: KeyObject
): boolean {
  const { id, time, signature } = transmission
  return webhookIds.some((webhookId) =>
    verifySignature(
      "sha256",
      Buffer.from([id, time, webhookId, crc32(body)].join("|")),
      key,
      Buffer.from(signature, "base64")
    )
  )
}

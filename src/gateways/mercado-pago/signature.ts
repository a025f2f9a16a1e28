import type { Message, Verdict } from "../gateway"
import { findSigningKey } from "../verification/hmac"
import { readSecrets } from "../verification/secret"
import { readNotice } from "./notice"
import type { MercadoPagoAccount } from "./options"

/**
 * Judges a message by its `x-signature` header: `ts=<time>,v1=<hex>`, the HMAC-SHA256 of
 * `id:<data.id>;request-id:<x-request-id>;ts:<ts>;`. It covers the id in the query and nothing else, so that even a
 * rightly signed message is believed only after Mercado Pago was asked. Unlike in Mercado Pago's own code, no part may be
 * missing. The time is not judged: whoever sends an old message again only makes us ask once more.
 * https://www.mercadopago.com.ar/developers/en/docs/your-integrations/notifications/webhooks
 */
export function verifyMercadoPagoSignature(message: Message, account: MercadoPagoAccount): Verdict {
  const notice = readNotice(message)
  if (!notice) return { kind: "refused", why: "malformed" }
  const header = message.headers["x-signature"]
  if (!header) {
    if (account.config.acceptUnsigned === true) return { kind: "unproven", why: "unsigned" }
    return { kind: "refused", why: "missing" }
  }
  const signed = readHeader(header)
  const requestId = message.headers["x-request-id"]
  if (!signed || !requestId || !notice.isSignable) return { kind: "refused", why: "malformed" }
  const keys = readSecrets(account.config.webhookSecrets)
  const isSigned = spellings(notice.id).some(
    (id) =>
      findSigningKey({
        algorithm: "sha256",
        keys,
        parts: [`id:${id};request-id:${requestId};ts:${signed.time};`],
        signatures: signed.signatures,
        encoding: "hex",
      }) !== undefined
  )
  return isSigned ? { kind: "unproven", why: "thin" } : { kind: "refused", why: "mismatch" }
}

/** The documentation says that letters of an id are signed in lower case; older code of Mercado Pago signs them as they are. */
function spellings(id: string): string[] {
  return [...new Set([id.toLowerCase(), id])]
}

type SignedHeader = Readonly<{ time: string; signatures: readonly string[] }>

function readHeader(header: string): SignedHeader | undefined {
  if (header.length > 1024) return undefined
  const pairs = header.split(",").map((part) => /^\s*(ts|v\d+)\s*=\s*([0-9a-f]{1,64})\s*$/.exec(part))
  if (pairs.some((pair) => pair === null)) return undefined
  const valuesOf = (name: string) => pairs.flatMap((pair) => (pair?.[1] === name ? [pair[2] ?? ""] : []))
  const [time, ...others] = valuesOf("ts")
  const signatures = valuesOf("v1").filter((value) => value.length === 64)
  if (!time || !/^\d{1,16}$/.test(time) || others.length > 0 || signatures.length === 0) return undefined
  return { time, signatures }
}

import { createHash, createHmac, timingSafeEqual } from "node:crypto"

/**
 * What a token lets its holder do: read and go on with a payment (`status`), the same right after coming back from the
 * gateway (`returned`), come back from the gateway (`return`), take up a payment from an email (`resume`), or claim a
 * guest's account (`claim`).
 */
export type TokenPurpose = "status" | "returned" | "return" | "resume" | "claim"

/** A key that tokens are signed with. Its id stands in every token; nothing can be learned from it. */
export type TokenKey = Readonly<{ id: Buffer; secret: Buffer }>

export type ReadToken = Readonly<{ purpose: TokenPurpose; reference: string; issuedAt: Date }>

/** How long a token is good for, from the moment it is made. Milliseconds. */
export const tokenLifeMs: Readonly<Record<TokenPurpose, number>> = {
  status: 7 * 86_400_000,
  returned: 7 * 86_400_000,
  return: 30 * 86_400_000,
  resume: 30 * 86_400_000,
  claim: 14 * 86_400_000,
}

const purposes: readonly TokenPurpose[] = ["status", "returned", "return", "resume", "claim"]
const [versionBytes, keyBytes, timeBytes, macBytes] = [1, 4, 4, 16]
const headBytes = versionBytes + keyBytes + timeBytes
const maxReferenceBytes = 120

/** The key that a secret stands for. Tokens of one purpose or product never fit another: the key is made for this one. */
export function tokenKeyOf(secret: string): TokenKey {
  return {
    id: createHash("sha256").update(`ipn token key id\n${secret}`).digest().subarray(0, keyBytes),
    secret: createHmac("sha256", secret).update("ipn token v1").digest(),
  }
}

/**
 * A signed token that names one payment by our reference: about 75 letters, safe in a URL. It holds the reference, the
 * purpose, the second it was made and nothing else: nobody learns a cart or a person from it.
 * @param key The first of the configured ones.
 */
export function issueToken(key: TokenKey, purpose: TokenPurpose, reference: string, now: Date): string {
  const head = Buffer.alloc(headBytes)
  head.writeUInt8(0x10 + purposes.indexOf(purpose), 0)
  key.id.copy(head, versionBytes)
  head.writeUInt32BE(Math.floor(now.getTime() / 1000), versionBytes + keyBytes)
  const signed = Buffer.concat([head, Buffer.from(reference, "utf8")])
  return Buffer.concat([signed, macOf(key, signed)]).toString("base64url")
}

/**
 * What a token says; undefined when it is forged, of another key, of another purpose than asked for, or too old. Takes
 * the same time for each of them: a signature is made and compared in every case.
 */
export function readToken(
  keys: readonly TokenKey[],
  text: string,
  wanted: readonly TokenPurpose[],
  now: Date
): ReadToken | undefined {
  const bytes = Buffer.from(text.slice(0, 400), "base64url")
  const isWhole = text.length <= 400 && bytes.toString("base64url") === text
  const referenceBytes = bytes.length - headBytes - macBytes
  const isSized = referenceBytes > 0 && referenceBytes <= maxReferenceBytes
  const token = isSized ? bytes : Buffer.alloc(headBytes + 31 + macBytes)
  const signed = token.subarray(0, token.length - macBytes)
  const keyId = token.subarray(versionBytes, versionBytes + keyBytes)
  const key = keys.find(({ id }) => id.equals(keyId))
  const mac = macOf(key ?? nobodysKey, signed)
  const isSigned = timingSafeEqual(mac, token.subarray(token.length - macBytes))
  const purpose = purposes[token.readUInt8(0) - 0x10]
  const issuedAt = token.readUInt32BE(versionBytes + keyBytes) * 1000
  if (!key || !isSigned || !isSized || !isWhole || purpose === undefined) return undefined
  if (!wanted.includes(purpose) || now.getTime() > issuedAt + tokenLifeMs[purpose]) return undefined
  return { purpose, reference: signed.subarray(headBytes).toString("utf8"), issuedAt: new Date(issuedAt) }
}

const nobodysKey = tokenKeyOf("the key of nobody, so that an unknown key id takes as long as a known one")

/** HMAC-SHA-256, its first 128 bits: as long as guessing must take (RFC 2104, section 5). */
function macOf({ secret }: TokenKey, signed: Buffer): Buffer {
  return createHmac("sha256", secret).update(signed).digest().subarray(0, macBytes)
}

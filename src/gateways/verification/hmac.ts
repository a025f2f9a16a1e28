import { createHmac } from "node:crypto"
import { decodeBytes } from "./decode-bytes"
import { safeEqual } from "./safe-equal"

export type HmacAlgorithm = "sha256" | "sha384" | "sha512" | "sha3-256" | "sha1" | "md5"

/**
 * The HMAC of the parts joined without anything between; `.toString("hex")` or `"base64"` writes it.
 * @throws RangeError when the key is empty: anybody could make such a signature.
 */
export function hmac(
  algorithm: HmacAlgorithm,
  key: Uint8Array,
  ...parts: readonly (string | Uint8Array)[]
): Buffer {
  if (key.length === 0) throw new RangeError("an HMAC needs a key")
  const digest = createHmac(algorithm, key)
  for (const part of parts) digest.update(part)
  return digest.digest()
}

export type HmacCheck = Readonly<{
  algorithm: HmacAlgorithm
  /** The configured keys, the current one first, as `readSecrets` gives them; an undefined one proves nothing. */
  keys: readonly (Uint8Array | undefined)[]
  parts: readonly (string | Uint8Array)[]
  /** What the sender wrote; one of them must match, as gateways sign with the old and the new key during a rotation. */
  signatures: readonly string[]
  encoding: "hex" | "base64"
}>

/**
 * The place in `keys` of the key that made one of the signatures: 0 is the current one; undefined when none did.
 * Never throws. Refuses signatures that are not exactly in the encoding, and keys that are empty or undefined.
 */
export function findSigningKey(check: HmacCheck): number | undefined {
  const presented = check.signatures.flatMap((text) => decodeBytes(text, check.encoding) ?? [])
  const index = check.keys.findIndex((key) => {
    if (!key || key.length === 0) return false
    const expected = hmac(check.algorithm, key, ...check.parts)
    return presented.some((signature) => safeEqual(signature, expected))
  })
  return index < 0 ? undefined : index
}

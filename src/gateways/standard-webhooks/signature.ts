import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto"
import type { PayloadKey } from "../../../config/payload-key"

const ivLength = 12
const tagLength = 16

/**
 * Encrypts bytes with AES-256-GCM: base64 of nonce, tag and ciphertext. Random nonces are safe for 2^32 messages of a
 * key: https://nvlpubs.nist.gov/nistpubs/Legacy/SP/nistspecialpublication800-38d.pdf, 8.3
 * @param place What it is, as in `ipnmsg_01...:body`: opened elsewhere it does not fit.
 */
export function seal(bytes: Uint8Array, key: PayloadKey, place: string): string {
  const iv = randomBytes(ivLength)
  const cipher = createCipheriv("aes-256-gcm", key.bytes, iv).setAAD(Buffer.from(place))
  const sealed = cipher.update(bytes)
  cipher.final()
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64")
}

/** @throws Error when the key, the place or a byte is another one. */
export function open(sealed: string, key: PayloadKey, place: string): Buffer {
  const bytes = Buffer.from(sealed, "base64")
  const decipher = createDecipheriv("aes-256-gcm", key.bytes, bytes.subarray(0, ivLength), {
    authTagLength: tagLength,
  })
    .setAAD(Buffer.from(place))
    .setAuthTag(bytes.subarray(ivLength, ivLength + tagLength))
  return Buffer.concat([decipher.update(bytes.subarray(ivLength + tagLength)), decipher.final()])
}

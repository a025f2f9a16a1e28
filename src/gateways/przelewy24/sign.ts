import { createHash } from "node:crypto"
import { readSecrets } from "../verification/secret"
import { safeEqual } from "../verification/safe-equal"

export type SignedFields = Readonly<Record<string, string | number | boolean>>

/**
 * Przelewy24's checksum: the SHA-384, in hex, of the fields as JSON in exactly this order, with the CRC key as the last.
 * https://developers.przelewy24.pl/index.php?en#tag/Checksum
 * @throws RangeError when the key is empty: anybody could make such a checksum.
 */
export function signFields(fields: SignedFields, crc: string): string {
  if (crc === "") throw new RangeError("a checksum needs a CRC key")
  return checksum({ ...fields, crc })
}

/** The SHA-384, in hex, of fields as compact JSON in their order, with slashes and letters beyond ASCII as they are. */
export function checksum(fields: SignedFields): string {
  return createHash("sha384").update(JSON.stringify(fields)).digest("hex")
}

/** The place of the CRC key that made a checksum, 0 for the current one; undefined when none did. Never throws. */
export function findCrcKey(fields: SignedFields, sign: string, crcKeys: unknown): number | undefined {
  const index = readSecrets(crcKeys).findIndex(
    (key) => key !== undefined && safeEqual(signFields(fields, key.toString("utf8")), sign)
  )
  return index < 0 ? undefined : index
}

import { timingSafeEqual } from "node:crypto"

/**
 * Whether two texts or byte strings are the same, in a time that does not tell where they differ.
 * Different lengths are unequal, never thrown on; two empty values are unequal, because nothing proves nothing.
 */
export function safeEqual(a: string | Uint8Array, b: string | Uint8Array): boolean {
  const left = Buffer.from(a as string)
  const right = Buffer.from(b as string)
  return left.length > 0 && left.length === right.length && timingSafeEqual(left, right)
}

import { randomBytes } from "node:crypto"

/**
 * Przelewy24 takes each `sessionId` once. Ours is the reference, a dot and eight hex digits, new for each page that is
 * opened for a payment session. It is the payment's id too: Przelewy24 names it in all that it tells.
 */
export function newSessionId(reference: string): string {
  return `${reference}.${randomBytes(4).toString("hex")}`
}

/** Our reference in a `sessionId`: all of it where it was not made here. */
export function referenceOf(sessionId: string): string {
  return sessionId.replace(/\.[0-9a-f]{8}$/, "")
}

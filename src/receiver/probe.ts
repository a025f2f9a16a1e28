import { createHash } from "node:crypto"
import type { Reply } from "../gateways/gateway"

/** By this header the store asks itself whether its notify address is reached, and the bytes come unchanged. */
export const probeHeader = "x-ipn-probe"

const nonce = /^[0-9a-f]{32}$/

/** What is answered to a call of the store to itself; undefined for every other. It is never stored and believed. */
export function answerProbe(
  headers: Readonly<Record<string, string>>,
  notifyUrl: string,
  body: Uint8Array
): Reply | undefined {
  const asked = headers[probeHeader]
  if (asked === undefined || !nonce.test(asked)) return undefined
  return { status: 200, body: probeAnswer(asked, notifyUrl, body) }
}

/** What the right store answers, having got exactly these bytes at this address. */
export function probeAnswer(asked: string, notifyUrl: string, body: Uint8Array): string {
  return createHash("sha256").update(`${asked}\n${notifyUrl}\n`).update(body).digest("hex")
}

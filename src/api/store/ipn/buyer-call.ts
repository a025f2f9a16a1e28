import { setTimeout as pause } from "node:timers/promises"
import type { MedusaRequest, MedusaResponse, MedusaStoreRequest } from "@medusajs/framework/http"
import type { ReadToken, TokenPurpose } from "../../../domain/buyer-token"
import { ipnModule } from "../../../modules/ipn/name"
import type IpnModuleService from "../../../modules/ipn/service"
import type { Seen } from "../../../modules/ipn/waiting/buyers"
import { networkOf } from "../../../receiver/unproven-quota"
import { caps } from "./caps"

/** One call of a buyer whose token was read and whose payment is known. */
export type BuyerCall = Readonly<{
  ipn: IpnModuleService
  token: ReadToken
  by: Readonly<{ salesChannelIds: readonly string[] }>
  seen: Seen
}>

export const tokenHeader = "x-ipn-token"

/** Refusals leave at full steps of this time after they came, whatever was looked up to find that they are refused. */
const refusedAfterMs = 150

/** What must not be kept by anybody on the way, and not be told to the next page. */
export function hush(response: MedusaResponse): void {
  response.setHeader("cache-control", "no-store")
  response.setHeader("referrer-policy", "no-referrer")
  response.setHeader("access-control-expose-headers", "retry-after")
}

/**
 * Reads who calls, by the token in `x-ipn-token`; answers by itself and resolves to undefined where that may not be: 404
 * for wrong, foreign and expired tokens alike, 429 over the caps, 501 where the storefront API is off.
 */
export async function readBuyer(
  request: MedusaStoreRequest,
  response: MedusaResponse,
  wanted: readonly TokenPurpose[] = ["status", "returned"]
): Promise<BuyerCall | undefined> {
  const cameAt = performance.now()
  hush(response)
  const ipn = readModule(request, response)
  if (!ipn || isOverWrong(request, response)) return undefined
  const token = ipn.buyers.read(request.get(tokenHeader) ?? "", wanted)
  if (!token) return refuse(request, response, cameAt)
  const overFor = caps.calls.take(token.reference)
  if (overFor > 0) return tooMany(response, overFor)
  const by = { salesChannelIds: salesChannelsOf(request) }
  const seen = await ipn.buyers.look(token, by)
  return seen ? { ipn, token, by, seen } : refuse(request, response, cameAt)
}

/** The module; undefined where no token secret is configured, which is answered. */
export function readModule(request: MedusaRequest, response: MedusaResponse): IpnModuleService | undefined {
  const ipn = request.scope.resolve<IpnModuleService>(ipnModule)
  if (ipn.buyers.isOn) return ipn
  response.status(501).json({
    type: "not_allowed",
    message: "The storefront API is off: set `tokenSecret` in the options of medusa-plugin-ipn.",
  })
  return undefined
}

/** Whether this address sent too many wrong tokens, which is answered. */
export function isOverWrong(request: MedusaRequest, response: MedusaResponse): boolean {
  const overFor = caps.wrong.look(addressOf(request))
  if (overFor > 0) tooMany(response, overFor)
  return overFor > 0
}

/** The same 404 for everything that is not the caller's, in the same time. */
export async function refuse(
  request: MedusaRequest,
  response: MedusaResponse,
  cameAt: number,
  message = "This payment is not known, or the link to it is too old."
): Promise<undefined> {
  await waitOutRefusal(request, cameAt)
  response.status(404).json({ type: "not_found", message })
}

/** Counts a refusal, and waits until it may leave. */
export async function waitOutRefusal(request: MedusaRequest, cameAt: number): Promise<void> {
  caps.wrong.take(addressOf(request))
  const tookMs = performance.now() - cameAt
  await pause(Math.ceil((tookMs + 1) / refusedAfterMs) * refusedAfterMs - tookMs)
}

export function tooMany(response: MedusaResponse, seconds: number): undefined {
  response
    .status(429)
    .setHeader("retry-after", String(seconds))
    .json({ type: "too_many_requests", message: `Ask again in ${seconds} seconds.` })
}

/** Not now: for a gateway that cannot be reached. */
export function notNow(response: MedusaResponse, seconds: number, message: string): undefined {
  response.status(503).setHeader("retry-after", String(seconds)).json({ type: "unexpected_state", message })
}

export function salesChannelsOf(request: MedusaStoreRequest): readonly string[] {
  return request.publishable_key_context?.sales_channel_ids ?? []
}

/** The part of the caller's address that one caller cannot vary at will. */
export function addressOf(request: MedusaRequest): string {
  return networkOf(request.ip ?? "")
}

/** Aborts once the caller is gone. */
export function untilGone(response: MedusaResponse): AbortSignal {
  const gone = new AbortController()
  response.once("close", () => gone.abort())
  if (response.closed) gone.abort()
  return gone.signal
}

import type { MedusaResponse, MedusaStoreRequest } from "@medusajs/framework/http"
import type { Logger } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { z } from "@medusajs/framework/zod"
import type { ReadToken } from "../../../../domain/buyer-token"
import type { Guest } from "../../../../modules/ipn/guests/read-guest"
import type IpnModuleService from "../../../../modules/ipn/service"
import { claimAccount, offersAccounts } from "../../../../workflows/guests/claim-account"
import {
  hush,
  isOverWrong,
  notNow,
  readModule,
  refuse,
  salesChannelsOf,
  tokenHeader,
  tooMany,
} from "../buyer-call"
import { caps } from "../caps"

const body = z.strictObject({ password: z.string().min(8).max(200) })

/** The same for whatever is not the caller's to claim: nobody learns who has an account. */
const gone = "This link is too old, or it was used already. Sign in, or reset your password."

/** Whose account can be claimed: `{ email, order: { id, display_id } }`. Changes nothing. */
export async function GET(request: MedusaStoreRequest, response: MedusaResponse): Promise<void> {
  const cameAt = performance.now()
  const call = await readClaim(request, response, cameAt)
  if (!call) return
  const guest = await call.ipn.guests.ofReference(call.token.reference, call.by)
  if (!guest) return refuse(request, response, cameAt, gone)
  response.json(answerOf(guest))
}

/** Makes the account, with `{ password }`: at least 8 characters. Once; sign in with Medusa's own route afterwards. */
export async function POST(request: MedusaStoreRequest, response: MedusaResponse): Promise<void> {
  const cameAt = performance.now()
  const call = await readClaim(request, response, cameAt)
  if (!call) return
  const { token, by } = call
  const asked = body.safeParse(request.body ?? {})
  if (!asked.success) {
    response.status(400).json({
      type: "invalid_data",
      message: "Choose a password of at least 8 characters, and at most 200.",
    })
    return
  }
  const overFor = caps.claims.take(token.reference)
  if (overFor > 0) return tooMany(response, overFor)
  let guest: Guest | undefined
  try {
    guest = await claimAccount(request.scope, { reference: token.reference, by, ...asked.data })
  } catch (error) {
    request.scope
      .resolve<Logger>(ContainerRegistrationKeys.LOGGER)
      .warn(`[ipn] an account could not be made: ${(error as Error).message}`)
    return notNow(response, 5, "The account cannot be made just now. Try again.")
  }
  if (!guest) return refuse(request, response, cameAt, gone)
  response.json(answerOf(guest))
}

type ClaimCall = Readonly<{
  ipn: IpnModuleService
  token: ReadToken
  by: Readonly<{ salesChannelIds: readonly string[] }>
}>

/** Reads the link's token; answers by itself and resolves to undefined where that may not be. */
async function readClaim(
  request: MedusaStoreRequest,
  response: MedusaResponse,
  cameAt: number
): Promise<ClaimCall | undefined> {
  hush(response)
  const ipn = readModule(request, response)
  if (!ipn || isOverWrong(request, response)) return undefined
  const token = ipn.buyers.read(request.get(tokenHeader) ?? "", ["claim"])
  if (!token || !(await offersAccounts(request.scope))) return refuse(request, response, cameAt, gone)
  const overFor = caps.calls.take(token.reference)
  if (overFor > 0) return tooMany(response, overFor)
  return { ipn, token, by: { salesChannelIds: salesChannelsOf(request) } }
}

function answerOf({ email, order }: Guest) {
  return { email, order: { id: order.id, display_id: order.displayId } }
}

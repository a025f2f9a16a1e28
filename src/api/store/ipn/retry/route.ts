import type { Logger } from "@medusajs/framework/types"
import type { MedusaResponse, MedusaStoreRequest } from "@medusajs/framework/http"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { z } from "@medusajs/framework/zod"
import { isReturnUrl } from "../../../../config/return-url"
import { retryPaymentWorkflow, type Retried } from "../../../../workflows/storefront/retry-payment"
import { notNow, readBuyer, refuse, tooMany } from "../buyer-call"
import { caps } from "../caps"

const body = z.strictObject({
  /** Another way to pay: the name of an account. */
  account: z.string().max(41).optional(),
  /** Where the buyer wants to come back to; a page of a storefront. */
  return_url: z.string().max(500).optional(),
})

/**
 * Starts another payment for the same cart, or for what a placed order still owes: `{ token, next, status }`. 409 while
 * money is there, on its way, or in question.
 */
export async function POST(request: MedusaStoreRequest, response: MedusaResponse): Promise<void> {
  const cameAt = performance.now()
  const call = await readBuyer(request, response)
  if (!call) return
  const { ipn, token, by } = call
  const asked = body.safeParse(request.body ?? {})
  const wrong = asked.success
    ? asked.data.return_url !== undefined &&
      !isReturnUrl(asked.data.return_url, ipn.configuration.storefrontOrigins) &&
      "`return_url` must be a page of a storefront that medusa-config allows."
    : "Send { account?, return_url? } as JSON."
  if (!asked.success || wrong) {
    response.status(400).json({ type: "invalid_data", message: wrong })
    return
  }
  const overFor = caps.retries.take(token.reference)
  if (overFor > 0) return tooMany(response, overFor)
  const { account, return_url } = asked.data
  let retried: Retried
  try {
    const { result } = await retryPaymentWorkflow(request.scope).run({
      input: { reference: token.reference, account_id: account, return_url },
    })
    retried = result
  } catch (error) {
    request.scope
      .resolve<Logger>(ContainerRegistrationKeys.LOGGER)
      .warn(`[ipn] another payment for ${token.reference} could not be started: ${(error as Error).message}`)
    return notNow(
      response,
      5,
      "The payment cannot be started just now. Try again, or choose another way to pay."
    )
  }
  switch (retried.kind) {
    case "started": {
      const next = ipn.buyers.issue("status", retried.reference)!
      const seen = await ipn.buyers.look(ipn.buyers.read(next, ["status"])!, by)
      response.json({ token: next, next: retried.next, status: (seen ?? call.seen).status })
      return
    }
    case "refused":
      response.status(409).json({
        type: "conflict",
        message: retried.status.reason?.message ?? "There is nothing to pay.",
        status: retried.status,
      })
      return
    case "unknown_account":
      response.status(400).json({ type: "invalid_data", message: "There is no such account to pay with." })
      return
    case "unknown_payment":
      return refuse(request, response, cameAt)
  }
}

import type { MedusaResponse, MedusaStoreRequest } from "@medusajs/framework/http"
import { z } from "@medusajs/framework/zod"
import { readBuyer, tooMany, untilGone } from "../buyer-call"
import { caps } from "../caps"

const query = z.object({
  wait: z.coerce.number().min(0).max(25).default(0),
  since: z.string().max(64).optional(),
})

/**
 * What became of a payment: at once, or once it is another `version` than `since`, after `wait` seconds at the latest.
 */
export async function GET(request: MedusaStoreRequest, response: MedusaResponse): Promise<void> {
  const asked = query.safeParse(request.query)
  const call = await readBuyer(request, response)
  if (!call) return
  if (!asked.success) {
    response.status(400).json({ type: "invalid_data", message: "`wait` is 0 to 25 seconds." })
    return
  }
  const { wait, since } = asked.data
  const { ipn, token, by, seen } = call
  if (wait === 0 || seen.status.version !== since) {
    response.json(seen.status)
    return
  }
  const leave = caps.waiting.take(token.reference)
  if (!leave) return tooMany(response, 5)
  try {
    const signal = untilGone(response)
    const later = await ipn.buyers.wait(token, by, { since, ms: wait * 1000, signal })
    if (!signal.aborted) response.json((later ?? seen).status)
  } finally {
    leave()
  }
}

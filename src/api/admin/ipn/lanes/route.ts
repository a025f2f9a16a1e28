import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import type { z } from "@medusajs/framework/zod"
import { ipnOf } from "../module"
import type { listLanesQuery } from "./query"

type Query = z.infer<typeof listLanesQuery>

/** Lists payments that something was told of, the newest first. */
export async function GET(request: AuthenticatedMedusaRequest<unknown, Query>, response: MedusaResponse) {
  const query = request.validatedQuery as Query
  const { limit, offset, order, created_at: created } = query
  const { lanes, count, searchedTo } = await ipnOf(request).browsing.lanes(
    {
      id: query.id,
      state: query.state,
      reason: query.reason,
      accountId: query.account_id,
      orderId: query.order_id,
      reference: query.reference,
      from: created?.$gte,
      to: created?.$lte,
    },
    { limit, offset, direction: order.startsWith("-") ? "desc" : "asc" }
  )
  response.json({ lanes, count, offset, limit, searched_to: searchedTo })
}

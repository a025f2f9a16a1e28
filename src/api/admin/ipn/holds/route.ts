import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import type { z } from "@medusajs/framework/zod"
import { ipnOf } from "../module"
import type { listHoldsQuery } from "./query"

type Query = z.infer<typeof listHoldsQuery>

/** The goods that are or were held for buyers. */
export async function GET(request: AuthenticatedMedusaRequest<unknown, Query>, response: MedusaResponse) {
  const { limit, offset, ...filter } = request.validatedQuery as Query
  const { holds, count } = await ipnOf(request).browsing.holds(filter, { limit, offset })
  response.json({ holds, count, offset, limit })
}

import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import type { z } from "@medusajs/framework/zod"
import { ipnOf } from "../module"
import type { listRefusalsQuery } from "./query"

type Query = z.infer<typeof listRefusalsQuery>

/** The last calls that could not be proven. */
export async function GET(request: AuthenticatedMedusaRequest<unknown, Query>, response: MedusaResponse) {
  const { limit, offset, account_id } = request.validatedQuery as Query
  const { refusals, count } = await ipnOf(request).browsing.refusals(account_id, { limit, offset })
  response.json({ refusals, count, offset, limit })
}

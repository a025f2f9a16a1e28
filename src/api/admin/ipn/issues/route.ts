import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import type { z } from "@medusajs/framework/zod"
import { ipnOf } from "../module"
import type { listIssuesQuery } from "./query"

type Query = z.infer<typeof listIssuesQuery>

/** Lists problems, the most urgent first, with how many there are in each status. */
export async function GET(request: AuthenticatedMedusaRequest<unknown, Query>, response: MedusaResponse) {
  const { limit, offset, order, ...filters } = request.validatedQuery as Query
  const { issues, count, counts } = await ipnOf(request).issues.list(filters, {
    take: limit,
    skip: offset,
    order,
  })
  response.json({ issues, counts, count, offset, limit })
}

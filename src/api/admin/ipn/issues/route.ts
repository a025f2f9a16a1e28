import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import type { z } from "@medusajs/framework/zod"
import { ipnOf } from "../module"
import { searchedFor, withOrderNumbers } from "./order-numbers"
import type { listIssuesQuery } from "./query"

type Query = z.infer<typeof listIssuesQuery>

/** Lists problems, the most urgent first, with how many there are in each status. */
export async function GET(request: AuthenticatedMedusaRequest<unknown, Query>, response: MedusaResponse) {
  const { limit, offset, order, ...filters } = request.validatedQuery as Query
  const q = await searchedFor(request.scope, filters.q)
  const { issues, count, counts } = await ipnOf(request).issues.list(
    { ...filters, q },
    { take: limit, skip: offset, order }
  )
  response.json({ issues: await withOrderNumbers(request.scope, issues), counts, count, offset, limit })
}

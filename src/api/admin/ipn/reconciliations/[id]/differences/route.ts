import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import type { z } from "@medusajs/framework/zod"
import { ipnOf } from "../../../module"
import type { listDifferencesQuery } from "../../query"

type Query = z.infer<typeof listDifferencesQuery>

/** Lists what a comparison found, in the order in which it was found. */
export async function GET(request: AuthenticatedMedusaRequest<unknown, Query>, response: MedusaResponse) {
  const { limit, offset, state, kind } = request.validatedQuery as Query
  const { differences, count } = await ipnOf(request).browsing.differences(
    { reconciliationId: request.params.id ?? "", state, kind },
    { limit, offset }
  )
  response.json({ differences, count, offset, limit })
}

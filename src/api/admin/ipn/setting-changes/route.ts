import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import type { z } from "@medusajs/framework/zod"
import { ipnOf } from "../module"
import type { listChangesQuery } from "../settings/query"

type Query = z.infer<typeof listChangesQuery>

/** Who changed which setting from what to what, the newest first. */
export async function GET(request: AuthenticatedMedusaRequest<unknown, Query>, response: MedusaResponse) {
  const { limit, offset, key } = request.validatedQuery as Query
  const { changes, count } = await ipnOf(request).settings.changes(key, { limit, offset })
  response.json({ setting_changes: changes, count, offset, limit })
}

import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import type { z } from "@medusajs/framework/zod"
import { ipnOf } from "../../module"
import type { listDriftQuery } from "../query"

type Query = z.infer<typeof listDriftQuery>

const recentMs = 90 * 86_400_000

/** The orders of which Medusa and the ledger say different things; of the last 90 days where no time is given. */
export async function GET(request: AuthenticatedMedusaRequest<unknown, Query>, response: MedusaResponse) {
  const { limit, offset, account_id, order_id, created_at } = request.validatedQuery as Query
  const drift = await ipnOf(request).ledger.drift({
    accountId: account_id,
    orderIds: order_id,
    from: created_at?.$gte ?? (order_id ? undefined : new Date(Date.now() - recentMs)),
    to: created_at?.$lte,
    limit: limit + 1,
    offset,
  })
  response.json({ drift: drift.slice(0, limit), has_more: drift.length > limit, offset, limit })
}

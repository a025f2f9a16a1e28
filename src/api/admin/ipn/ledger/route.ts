import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import type { z } from "@medusajs/framework/zod"
import { ipnOf } from "../module"
import { ledgerFilter, type listEntriesQuery } from "./query"

type Query = z.infer<typeof listEntriesQuery>

/** Lists the ledger with the gateway's balance after each entry. */
export async function GET(request: AuthenticatedMedusaRequest<unknown, Query>, response: MedusaResponse) {
  const query = request.validatedQuery as Query
  const { limit, offset, order } = query
  const { entries, count } = await ipnOf(request).ledger.list(ledgerFilter(query), {
    limit,
    offset,
    order: order.startsWith("-") ? "desc" : "asc",
  })
  response.json({ ledger_entries: entries, count, offset, limit })
}

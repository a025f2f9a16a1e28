import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import type { z } from "@medusajs/framework/zod"
import { messageFilter, type countMessagesQuery } from "../messages/query"
import { ipnOf } from "../module"

type Query = z.infer<typeof countMessagesQuery>

/** How many messages each tab has, up to 10,000 of each. */
export async function GET(request: AuthenticatedMedusaRequest<unknown, Query>, response: MedusaResponse) {
  const ipn = ipnOf(request)
  const filter = messageFilter(request.validatedQuery as Query, ipn.configuration.accounts)
  response.json({ counts: await ipn.browsing.messageCounts(filter) })
}

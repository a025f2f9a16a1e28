import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import type { z } from "@medusajs/framework/zod"
import { pick } from "../answer"
import { ipnOf } from "../module"
import { withAccount } from "./listed"
import { messageFilter, type listMessagesQuery } from "./query"

type Query = z.infer<typeof listMessagesQuery>

/** Lists messages, the newest first. */
export async function GET(request: AuthenticatedMedusaRequest<unknown, Query>, response: MedusaResponse) {
  const query = request.validatedQuery as Query
  const ipn = ipnOf(request)
  const { accounts } = ipn.configuration
  const { limit, offset, order } = query
  const { messages, count, searchedTo } = await ipn.browsing.messages(messageFilter(query, accounts), {
    limit,
    offset,
    direction: order.startsWith("-") ? "desc" : "asc",
  })
  response.json({
    messages: messages.map((row) => pick(withAccount(row, accounts), request.queryConfig.fields)),
    count,
    offset,
    limit,
    searched_to: searchedTo,
  })
}

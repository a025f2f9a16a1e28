import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { found } from "../../answer"
import { withAccount } from "../../messages/listed"
import { ipnOf } from "../../module"

/** An order's money at a glance: one word, expected against received, what happens next, and what happened. */
export async function GET(request: AuthenticatedMedusaRequest, response: MedusaResponse) {
  const ipn = ipnOf(request)
  const id = request.params.id ?? ""
  const summary = found(await ipn.browsing.order(id), "order", id)
  const { last_message: last } = summary
  response.json({
    order_summary: { ...summary, last_message: last && withAccount(last, ipn.configuration.accounts) },
  })
}

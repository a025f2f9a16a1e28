import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { found } from "../../answer"
import { ipnOf } from "../../module"
import { withAccount } from "../listed"

/** One message with what it told, what was done, and what else was told of the same payments. */
export async function GET(request: AuthenticatedMedusaRequest, response: MedusaResponse) {
  const ipn = ipnOf(request)
  const { accounts } = ipn.configuration
  const id = request.params.id ?? ""
  const message = found(await ipn.browsing.message(id), "message", id)
  response.json({
    message: {
      ...withAccount(message, accounts),
      related: message.related.map((row) => withAccount(row, accounts)),
    },
  })
}

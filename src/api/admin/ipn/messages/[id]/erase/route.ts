import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { MedusaError } from "@medusajs/framework/utils"
import { eraseCustomerWorkflow } from "../../../../../../workflows/privacy/erase-customer"
import { found } from "../../../answer"
import { ipnOf } from "../../../module"

/** Erases what was told of the payments that a message is about: the payloads of all their messages. */
export async function POST(request: AuthenticatedMedusaRequest, response: MedusaResponse) {
  const id = request.params.id ?? ""
  const { lanes } = found(await ipnOf(request).browsing.message(id), "message", id)
  const cart_ids = lanes.flatMap(({ cart_id }) => cart_id ?? [])
  const order_ids = lanes.flatMap(({ order_id }) => order_id ?? [])
  if (cart_ids.length + order_ids.length === 0) {
    throw new MedusaError(
      MedusaError.Types.NOT_ALLOWED,
      "The message belongs to no cart and no order, so nobody's data can be found by it. Its payload is dropped after `retention.payload_days`."
    )
  }
  const { result } = await eraseCustomerWorkflow(request.scope).run({
    input: { cart_ids, order_ids, actor_id: request.auth_context.actor_id },
  })
  response.json({ erasure: result })
}

import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import type { z } from "@medusajs/framework/zod"
import { eraseCustomerWorkflow } from "../../../../workflows/privacy/erase-customer"
import { ipnOf } from "../module"
import type { eraseBody, listErasuresQuery } from "./query"

type Query = z.infer<typeof listErasuresQuery>
type Body = z.infer<typeof eraseBody>

/** Who had whose data erased, the newest first. */
export async function GET(request: AuthenticatedMedusaRequest<unknown, Query>, response: MedusaResponse) {
  const { limit, offset } = request.validatedQuery as Query
  const { erasures, count } = await ipnOf(request).erasure.list({ limit, offset })
  response.json({ erasures, count, offset, limit })
}

/** Erases what gateways told about a customer, or about carts and orders. It cannot be undone. */
export async function POST(request: AuthenticatedMedusaRequest<Body>, response: MedusaResponse) {
  const { customer_id, cart_ids, order_ids } = request.validatedBody
  const { result } = await eraseCustomerWorkflow(request.scope).run({
    input: {
      ...(customer_id ? { customer_id } : {}),
      ...(cart_ids ? { cart_ids } : {}),
      ...(order_ids ? { order_ids } : {}),
      actor_id: request.auth_context.actor_id,
    },
  })
  response.json({ erasure: result })
}

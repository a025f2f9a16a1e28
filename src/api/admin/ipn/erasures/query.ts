import { z } from "@medusajs/framework/zod"
import { paging, text } from "../query"

export const listErasuresQuery = z.object({ ...paging() })

export const eraseBody = z.object({
  customer_id: text.optional(),
  cart_ids: z.array(text).max(1_000).optional(),
  order_ids: z.array(text).max(1_000).optional(),
})

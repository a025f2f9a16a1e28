import { z } from "@medusajs/framework/zod"
import { holdStates } from "../../../../modules/ipn/holds/stored-hold"
import { oneOrMany, paging, text } from "../query"

export const listHoldsQuery = z.object({
  ...paging(),
  state: oneOrMany(z.enum(holdStates)),
  cart_id: text.optional(),
  reservation_id: text.optional(),
})

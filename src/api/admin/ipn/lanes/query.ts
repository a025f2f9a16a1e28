import { z } from "@medusajs/framework/zod"
import { oneOrMany, paging, text, timeRange } from "../query"

export const listLanesQuery = z.object({
  ...paging(),
  order: z.enum(["-created_at", "created_at"]).default("-created_at"),
  id: oneOrMany(text),
  state: oneOrMany(z.enum(["waiting", "settled", "unmatched", "review", "failed"])),
  reason: oneOrMany(text),
  account_id: oneOrMany(text),
  order_id: text.optional(),
  reference: text.optional(),
  created_at: timeRange,
})

import { z } from "@medusajs/framework/zod"
import { paging, text } from "../query"

export const changeSettingsBody = z.object({
  values: z
    .record(z.string().max(100), z.json())
    .refine(
      (values) => Object.keys(values).length > 0,
      'name at least one setting, as in { "orders.when": "paid" }'
    ),
})

export const listChangesQuery = z.object({ ...paging(50), key: text.optional() })

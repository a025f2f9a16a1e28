import { z } from "@medusajs/framework/zod"
import { note, text } from "../query"

const atOnce = 100

/** Payments of which is asked what setting them aside would do. */
export const previewIgnoreBody = z.object({ lane_ids: z.array(text).min(1).max(atOnce) })

/** Payments to be set aside, each with the `seen` that its preview said. */
export const ignoreLanesBody = z.object({
  items: z
    .array(z.strictObject({ lane_id: text, seen: text }))
    .min(1)
    .max(atOnce),
  note,
})

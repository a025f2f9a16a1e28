import { z } from "@medusajs/framework/zod"
import { decisionKinds } from "../../../../domain/possible-decisions"
import { amount, note, text } from "../query"

const wish = {
  kind: z.enum(decisionKinds),
  /** For `refund`: default all that is left. */
  amount: amount.optional(),
  /** For `attach`: one of both. */
  cart_id: text.optional(),
  order_id: text.optional(),
  /** For `attach` where the amounts differ. */
  accept: z.enum(["accept_part", "accept_full"]).optional(),
}

export const previewDecisionBody = z.object(wish)

/** `seen` is what the preview said, so that nobody decides about something that has changed. */
export const decideBody = z.object({ ...wish, seen: text, note })

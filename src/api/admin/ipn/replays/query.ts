import { z } from "@medusajs/framework/zod"
import type { Selection } from "../../../../modules/ipn/replays/selection"
import { moment, paging, text } from "../query"

export const listReplaysQuery = z.object({ ...paging() })

/** Named messages and payments, or all that failed or is in review since a time; one of both. */
export const replayBody = z
  .strictObject({
    message_ids: z.array(text).min(1).max(1_000).optional(),
    lane_ids: z.array(text).min(1).max(1_000).optional(),
    failed_since: moment.optional(),
    account_id: text.optional(),
  })
  .refine(
    ({ message_ids, lane_ids, failed_since }) => (message_ids || lane_ids ? !failed_since : failed_since),
    "name messages or payments, or a time since which they failed"
  )

export function selectionOf({
  message_ids,
  lane_ids,
  failed_since,
  account_id,
}: z.infer<typeof replayBody>): Selection {
  return {
    ...(message_ids ? { message_ids } : {}),
    ...(lane_ids ? { lane_ids } : {}),
    ...(failed_since ? { failed_since: failed_since.toISOString() } : {}),
    ...(account_id ? { account_id } : {}),
  }
}

import { z } from "@medusajs/framework/zod"
import { issueKinds, type IssueKind } from "../../../../domain/issue-kinds"
import { issueStatuses } from "../../../../modules/ipn/issues/stored-issue"
import { note, oneOrMany, paging, text } from "../query"

export const listIssuesQuery = z.object({
  ...paging(),
  q: text.optional(),
  status: oneOrMany(z.enum(issueStatuses)),
  kind: oneOrMany(z.enum(Object.keys(issueKinds) as [IssueKind])),
  severity: oneOrMany(z.enum(["info", "warning", "urgent"])),
  account_id: oneOrMany(text),
  order_id: oneOrMany(text),
  lane_id: oneOrMany(text),
  order: z
    .enum(["urgency", "last_seen_at", "-last_seen_at", "first_seen_at", "-first_seen_at", "due_at"])
    .default("urgency"),
})

/** Several issues that nobody wants to hear of, and why. */
export const ignoreIssuesBody = z.object({ issue_ids: z.array(text).min(1).max(100), note })

export const actOnIssueBody = z.object({ note: note.optional() })

import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import type { z } from "@medusajs/framework/zod"
import { ipnOf } from "../../module"
import type { ignoreIssuesBody } from "../query"

type Body = z.infer<typeof ignoreIssuesBody>

/** Ignores several issues, with why: one that is not open any more is left alone, and it is said how it stands. */
export async function POST(request: AuthenticatedMedusaRequest<Body>, response: MedusaResponse) {
  const { issue_ids: ids, note } = request.validatedBody
  const { issues } = ipnOf(request)
  const items = []
  for (const id of new Set(ids)) {
    const acted = await issues.ignore(id, { actor_id: request.auth_context.actor_id, note })
    if (acted.kind === "not_found") items.push({ issue_id: id, outcome: "not_found", status: null })
    else
      items.push({
        issue_id: id,
        outcome: acted.kind === "done" ? "ignored" : "changed_meanwhile",
        status: acted.issue.status,
      })
  }
  response.json({ ignored: { items } })
}

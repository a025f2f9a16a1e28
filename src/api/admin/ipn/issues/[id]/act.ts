import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import type { z } from "@medusajs/framework/zod"
import { conflict, found } from "../../answer"
import { ipnOf } from "../../module"
import type { actOnIssueBody } from "../query"

type Body = z.infer<typeof actOnIssueBody>
type Verb = "acknowledge" | "resolve" | "ignore" | "reopen"

/** A route that does something about an issue: 409 with the issue as it is now when that is not possible any more. */
export function act(verb: Verb) {
  return async (request: AuthenticatedMedusaRequest<Body>, response: MedusaResponse) => {
    const id = request.params.id ?? ""
    const acted = await ipnOf(request).issues[verb](id, {
      actor_id: request.auth_context.actor_id,
      note: request.validatedBody.note,
    })
    if (acted.kind === "not_found") return found(undefined, "issue", id)
    if (acted.kind === "done") return response.json({ issue: acted.issue })
    return conflict(response, `The issue is ${acted.issue.status} by now.`, { issue: acted.issue })
  }
}

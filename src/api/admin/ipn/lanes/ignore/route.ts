import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import type { z } from "@medusajs/framework/zod"
import { decideWorkflow, patienceMs, type Decided } from "../../../../../workflows/decide/decide"
import type { ignoreLanesBody } from "../ignore-query"

type Body = z.infer<typeof ignoreLanesBody>

/** Sets several payments aside, one decision each, with why: what changed meanwhile is left alone and said. */
export async function POST(request: AuthenticatedMedusaRequest<Body>, response: MedusaResponse) {
  const { items: asked, note } = request.validatedBody
  const items = []
  const until = Date.now() + patienceMs
  for (const { lane_id, seen } of asked) {
    const { result } = await decideWorkflow(request.scope).run({
      input: {
        kind: "ignore",
        lane_id,
        seen,
        note,
        actor_id: request.auth_context.actor_id,
        wait_until: until,
      },
    })
    items.push({ lane_id, ...judge(result as Decided) })
  }
  response.json({ ignored: { items } })
}

function judge(decided: Decided) {
  if (decided.kind === "decided") return { outcome: "ignored", state: null }
  if (decided.kind === "not_found") return { outcome: "not_found", state: null }
  return { outcome: "changed_meanwhile", state: decided.now.state }
}

import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import type { z } from "@medusajs/framework/zod"
import { previewDecisionWorkflow } from "../../../../../workflows/decide/decide"
import type { Weighed } from "../../../../../workflows/decide/weigh"
import type { previewIgnoreBody } from "../ignore-query"

type Body = z.infer<typeof previewIgnoreBody>

/** Which of several payments can be set aside; writes nothing. Their `seen` is needed to do it. */
export async function POST(request: AuthenticatedMedusaRequest<Body>, response: MedusaResponse) {
  const items = []
  for (const lane_id of new Set(request.validatedBody.lane_ids)) {
    const { result } = await previewDecisionWorkflow(request.scope).run({
      input: { lane_id, kind: "ignore" },
    })
    items.push({ lane_id, ...judge(result as Weighed) })
  }
  response.json({ preview: { items } })
}

function judge(weighed: Weighed) {
  if (weighed.kind === "not_found") return { outcome: "not_found", seen: null, state: null }
  const { seen, state, busy } = weighed.now
  const outcome = weighed.kind === "possible" && !busy ? "possible" : busy ? "busy" : "not_possible"
  return { outcome, seen: outcome === "possible" ? seen : null, state }
}

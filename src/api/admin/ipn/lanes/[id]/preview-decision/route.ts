import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import type { z } from "@medusajs/framework/zod"
import { previewDecisionWorkflow } from "../../../../../../workflows/decide/decide"
import type { Weighed } from "../../../../../../workflows/decide/weigh"
import { found } from "../../../answer"
import type { previewDecisionBody } from "../../decide-query"
import { writeWill } from "../../../write-will"
import { writeDifference, writeStanding } from "../write-standing"

type Body = z.infer<typeof previewDecisionBody>

/** What a decision would do, before it is made; writes nothing. Its `seen` is needed to decide. */
export async function POST(request: AuthenticatedMedusaRequest<Body>, response: MedusaResponse) {
  const id = request.params.id ?? ""
  const { result } = await previewDecisionWorkflow(request.scope).run({
    input: { lane_id: id, ...request.validatedBody },
  })
  const weighed = result as Weighed
  if (weighed.kind === "not_found") return found(undefined, "payment", id)
  return response.json({
    preview: {
      outcome: weighed.kind,
      seen: weighed.now.seen,
      will: weighed.kind === "possible" ? writeWill(weighed.will) : [],
      why: weighed.kind === "not_possible" ? weighed.why : null,
      difference:
        weighed.kind !== "not_possible" && weighed.difference ? writeDifference(weighed.difference) : null,
      now: writeStanding(weighed.now),
    },
  })
}

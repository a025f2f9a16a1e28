import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import type { z } from "@medusajs/framework/zod"
import type { DifferenceAction } from "../../../../../../modules/ipn/comparing/difference"
import { explainDifferenceWorkflow } from "../../../../../../workflows/reconcile/end-difference"
import type { explainBody } from "../../../reconciliations/query"
import { answerAction } from "../answer-action"

type Body = z.infer<typeof explainBody>

/** Notes that a difference is right as it is, with who said so and why. */
export async function POST(request: AuthenticatedMedusaRequest<Body>, response: MedusaResponse) {
  const { result } = await explainDifferenceWorkflow(request.scope).run({
    input: {
      difference_id: request.params.id ?? "",
      actor_id: request.auth_context.actor_id,
      note: request.validatedBody.note,
    },
  })
  await answerAction(request as AuthenticatedMedusaRequest, response, result as DifferenceAction)
}

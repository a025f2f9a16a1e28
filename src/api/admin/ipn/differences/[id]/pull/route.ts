import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import type { DifferenceAction } from "../../../../../../modules/ipn/comparing/difference"
import { pullDifferenceWorkflow } from "../../../../../../workflows/reconcile/end-difference"
import { answerAction } from "../answer-action"

/** Stores what the gateway said of a payment, which is then settled like any message. */
export async function POST(request: AuthenticatedMedusaRequest, response: MedusaResponse) {
  const { result } = await pullDifferenceWorkflow(request.scope).run({
    input: { difference_id: request.params.id ?? "", actor_id: request.auth_context.actor_id },
  })
  await answerAction(request, response, result as DifferenceAction)
}

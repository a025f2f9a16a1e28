import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { MedusaError } from "@medusajs/framework/utils"
import type { z } from "@medusajs/framework/zod"
import { decideWorkflow, type Decided } from "../../../../../../workflows/decide/decide"
import { conflict, found } from "../../../answer"
import type { decideBody } from "../../decide-query"
import { writeWill } from "../../../write-will"
import { writeDifference, writeStanding } from "../write-standing"

type Body = z.infer<typeof decideBody>

/** Decides about a payment in review, with why. 409 when it is not any more what the person saw. */
export async function POST(request: AuthenticatedMedusaRequest<Body>, response: MedusaResponse) {
  const id = request.params.id ?? ""
  const { result } = await decideWorkflow(request.scope).run({
    input: { lane_id: id, ...request.validatedBody, actor_id: request.auth_context.actor_id },
  })
  const decided = result as Decided
  switch (decided.kind) {
    case "decided":
      return response.json({ decision: { id: decided.decision_id, will: writeWill(decided.will) } })
    case "conflict":
      return conflict(response, "The payment is not any more what you saw.", {
        now: writeStanding(decided.now),
      })
    case "not_found":
      return found(undefined, "payment", id)
    case "not_possible":
      return response
        .status(400)
        .json({ type: MedusaError.Types.NOT_ALLOWED, message: decided.why, now: writeStanding(decided.now) })
    case "difference":
      return response.status(400).json({
        type: MedusaError.Types.INVALID_DATA,
        message:
          "The amounts differ: say with `accept` whether the payment counts as a part or as the whole.",
        difference: writeDifference(decided.difference),
        now: writeStanding(decided.now),
      })
  }
}

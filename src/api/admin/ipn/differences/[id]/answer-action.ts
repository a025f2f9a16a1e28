import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { MedusaError } from "@medusajs/framework/utils"
import type { DifferenceAction } from "../../../../../modules/ipn/comparing/difference"
import { conflict, found } from "../../answer"
import { ipnOf } from "../../module"

/** Answers what became of acting on a difference: 409 with the difference as it is now when somebody was quicker. */
export async function answerAction(
  request: AuthenticatedMedusaRequest,
  response: MedusaResponse,
  action: DifferenceAction
): Promise<void> {
  const id = request.params.id ?? ""
  const [present] = (await ipnOf(request).browsing.differences({ id: [id] })).differences
  const difference = found(present, "difference", id)
  switch (action.kind) {
    case "done":
      response.json({ difference, new_events: action.newEvents })
      return
    case "changed":
      conflict(
        response,
        action.state === "comparing"
          ? "The comparison is still being made."
          : `The difference is ${action.state} by now.`,
        { difference }
      )
      return
    case "nothing_told":
      throw new MedusaError(MedusaError.Types.NOT_ALLOWED, "The gateway told nothing that could be pulled.")
    case "not_found":
      found(undefined, "difference", id)
  }
}

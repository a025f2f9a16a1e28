import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { MedusaError } from "@medusajs/framework/utils"
import { found } from "../../../answer"
import { answerNotAsked, ask } from "../../../ask"
import { ipnOf } from "../../../module"
import { readLane } from "../read-lane"

/** Asks the gateway about one payment now. What it tells is settled like any message. */
export async function POST(request: AuthenticatedMedusaRequest, response: MedusaResponse) {
  const id = request.params.id ?? ""
  const [row] = (await ipnOf(request).browsing.lanes({ id: [id] })).lanes
  const lane = found(row, "payment", id)
  if (!lane.payment_session_id) {
    throw new MedusaError(
      MedusaError.Types.NOT_ALLOWED,
      "This store did not start the payment, so its gateway cannot be asked about it."
    )
  }
  const asked = await ask(request.scope, lane.account_id, lane.payment_session_id)
  if (answerNotAsked(response, asked) || asked.kind !== "asked") return
  response.json({
    asked: { at: asked.askedAt, told: asked.told.length, new_events: asked.newEvents },
    lane: await readLane(request, id),
  })
}

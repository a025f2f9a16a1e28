import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { MedusaError } from "@medusajs/framework/utils"
import type { Asked } from "../../../../../../modules/ipn/asking/asking"
import { found } from "../../../answer"
import { answerNotAsked, ask } from "../../../ask"
import { ipnOf } from "../../../module"

/** Asks the gateways about every payment of an order now; the answer is that of the last one where none could be asked. */
export async function POST(request: AuthenticatedMedusaRequest, response: MedusaResponse) {
  const ipn = ipnOf(request)
  const id = request.params.id ?? ""
  const { payments } = found(await ipn.browsing.order(id), "order", id)
  const answers: Asked[] = []
  for (const { account_id, payment_session_id } of payments) {
    if (payment_session_id) answers.push(await ask(request.scope, account_id, payment_session_id))
  }
  const last = answers.at(-1)
  if (!last) {
    throw new MedusaError(
      MedusaError.Types.NOT_ALLOWED,
      "No payment of this order was started with a gateway."
    )
  }
  const asked = answers.flatMap((answer) => (answer.kind === "asked" ? [answer] : []))
  if (asked.length === 0 && answerNotAsked(response, last)) return
  response.json({
    asked: {
      at: asked.at(-1)?.askedAt ?? null,
      told: asked.reduce((sum, { told }) => sum + told.length, 0),
      new_events: asked.reduce((sum, { newEvents }) => sum + newEvents, 0),
    },
    order_summary: await ipn.browsing.order(id),
  })
}

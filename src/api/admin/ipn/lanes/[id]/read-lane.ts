import type { AuthenticatedMedusaRequest } from "@medusajs/framework/http"
import { found } from "../../answer"
import { withAccount } from "../../messages/listed"
import { ipnOf } from "../../module"

/** A payment with its messages, ledger entries and issues. 404 when there is none. */
export async function readLane(request: AuthenticatedMedusaRequest, id: string) {
  const ipn = ipnOf(request)
  const [lane, { entries }, { issues }] = await Promise.all([
    ipn.browsing.lane(id),
    ipn.ledger.list({ laneId: id }, { limit: 500, order: "asc" }),
    ipn.issues.list({ lane_id: [id] }, { take: 200 }),
  ])
  const { messages, ...rest } = found(lane, "payment", id)
  const { accounts } = ipn.configuration
  return {
    ...rest,
    messages: messages.map((row) => withAccount(row, accounts)),
    ledger_entries: entries,
    issues,
  }
}

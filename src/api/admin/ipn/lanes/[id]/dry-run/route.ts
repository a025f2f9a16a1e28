import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { dryRunWorkflow, type DryRun } from "../../../../../../workflows/replay/dry-run"
import { found } from "../../../answer"
import { writeWill } from "../../../write-will"

/** What settling a payment now would do; writes nothing. */
export async function POST(request: AuthenticatedMedusaRequest, response: MedusaResponse) {
  const id = request.params.id ?? ""
  const { result } = await dryRunWorkflow(request.scope).run({ input: { lane_id: id } })
  const dry = result as DryRun
  if (dry.kind === "not_found") return found(undefined, "payment", id)
  return response.json({ will: writeWill(dry.will) })
}

import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { found } from "../../answer"
import { ipnOf } from "../../module"
import { withOrderNumbers } from "../order-numbers"

/** One problem. */
export async function GET(request: AuthenticatedMedusaRequest, response: MedusaResponse) {
  const id = request.params.id ?? ""
  const stored = found(await ipnOf(request).issues.retrieve(id), "issue", id)
  const [issue] = await withOrderNumbers(request.scope, [stored])
  response.json({ issue })
}

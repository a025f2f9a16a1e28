import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { found } from "../../answer"
import { ipnOf } from "../../module"

/** One problem. */
export async function GET(request: AuthenticatedMedusaRequest, response: MedusaResponse) {
  const id = request.params.id ?? ""
  response.json({ issue: found(await ipnOf(request).issues.retrieve(id), "issue", id) })
}

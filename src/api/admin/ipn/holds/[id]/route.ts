import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { found } from "../../answer"
import { ipnOf } from "../../module"

/** One hold. */
export async function GET(request: AuthenticatedMedusaRequest, response: MedusaResponse) {
  const id = request.params.id ?? ""
  response.json({ hold: found(await ipnOf(request).browsing.hold(id), "hold", id) })
}

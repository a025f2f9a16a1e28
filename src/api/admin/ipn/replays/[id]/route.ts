import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { found } from "../../answer"
import { ipnOf } from "../../module"

/** One replay and how far it got. */
export async function GET(request: AuthenticatedMedusaRequest, response: MedusaResponse) {
  const id = request.params.id ?? ""
  response.json({ replay: found(await ipnOf(request).replays.retrieve(id), "replay", id) })
}

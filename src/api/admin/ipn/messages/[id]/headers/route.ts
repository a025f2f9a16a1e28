import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { readPayload } from "../read-payload"

/** The headers of a message, its query and where it came from. */
export async function GET(request: AuthenticatedMedusaRequest, response: MedusaResponse) {
  const { method, query, headers, ip, bodyState } = await readPayload(request)
  response
    .set("cache-control", "no-store")
    .json({ headers: { method, query, headers, ip, body_state: bodyState } })
}

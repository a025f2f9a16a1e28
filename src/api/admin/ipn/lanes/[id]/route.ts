import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { readLane } from "./read-lane"

/** One payment with everything that was told of it, done and decided about it. */
export async function GET(request: AuthenticatedMedusaRequest, response: MedusaResponse) {
  response.json({ lane: await readLane(request, request.params.id ?? "") })
}

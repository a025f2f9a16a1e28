import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { ipnOf } from "../module"

/** The four numbers, the last 14 days, and what the owner should see before anything else. */
export async function GET(request: AuthenticatedMedusaRequest, response: MedusaResponse) {
  response.json({ overview: await ipnOf(request).browsing.overview(process.env.NODE_ENV === "production") })
}

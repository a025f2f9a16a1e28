import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { ipnOf } from "../module"

/** Every configured account and taken-over provider, and how it does. */
export async function GET(request: AuthenticatedMedusaRequest, response: MedusaResponse) {
  const accounts = await ipnOf(request).browsing.accountHealth()
  response.json({ accounts, count: accounts.length, offset: 0, limit: accounts.length })
}

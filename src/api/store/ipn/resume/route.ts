import type { MedusaResponse, MedusaStoreRequest } from "@medusajs/framework/http"
import { readBuyer } from "../buyer-call"

/** Takes up a payment from an email: exchanges the email's token for `{ token, status }`. */
export async function GET(request: MedusaStoreRequest, response: MedusaResponse): Promise<void> {
  const call = await readBuyer(request, response, ["resume"])
  if (!call) return
  const { ipn, token, seen } = call
  response.json({ token: ipn.buyers.issue("status", token.reference), status: seen.status })
}

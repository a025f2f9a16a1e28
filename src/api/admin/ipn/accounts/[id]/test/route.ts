import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { testAddress } from "../../../../../../modules/ipn/setup/test-address"
import { found } from "../../../answer"
import { ipnOf } from "../../../module"

/** Sends a test message to the account's notify address, from outside, and says whether it arrived unchanged. */
export async function POST(request: AuthenticatedMedusaRequest, response: MedusaResponse) {
  const ipn = ipnOf(request)
  const id = request.params.id ?? ""
  const configured = found(ipn.configuration.accounts.get(id), "account", id)
  response.json({ test: await testAddress(configured, ipn.io) })
}

import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { found } from "../../answer"
import { ipnOf } from "../../module"

/** One account with its last refused calls and open issues, its last 14 days, and how its gateway is set up. */
export async function GET(request: AuthenticatedMedusaRequest, response: MedusaResponse) {
  const ipn = ipnOf(request)
  const id = request.params.id ?? ""
  const configured = found(ipn.configuration.accounts.get(id), "account", id)
  const [[account], { refusals }, { issues }, days] = await Promise.all([
    ipn.browsing.accountHealth([id]),
    ipn.browsing.refusals([id]),
    ipn.issues.list({ account_id: [id], status: ["open", "acknowledged"] }, { take: 20 }),
    ipn.browsing.accountDays(id),
  ])
  response.json({
    account: {
      ...found(account, "account", id),
      refusals,
      issues,
      days,
      setup: configured.gateway.setup ?? { en: [] },
    },
  })
}

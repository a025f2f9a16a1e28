import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { found } from "../../answer"
import { ipnOf } from "../../module"

/** One comparison with its first differences; the others are at `/differences`. */
export async function GET(request: AuthenticatedMedusaRequest, response: MedusaResponse) {
  const { browsing, comparing } = ipnOf(request)
  const id = request.params.id ?? ""
  const [[made], { differences, count }] = await Promise.all([
    browsing.comparisons({ id: [id] }).then(({ comparisons }) => comparisons),
    browsing.differences({ reconciliationId: id }, { limit: 50 }),
  ])
  const reconciliation = found(made, "comparison", id)
  response.json({
    reconciliation: {
      ...reconciliation,
      coverage: comparing.coverage(reconciliation.account_id),
      differences_count: count,
      items: differences,
    },
  })
}

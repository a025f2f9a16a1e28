import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { MedusaError } from "@medusajs/framework/utils"
import type { z } from "@medusajs/framework/zod"
import type { Started } from "../../../../modules/ipn/comparing/comparing"
import { compareWithGatewayWorkflow } from "../../../../workflows/reconcile/compare-with-gateway"
import { ipnOf } from "../module"
import type { compareBody, listReconciliationsQuery } from "./query"

type Query = z.infer<typeof listReconciliationsQuery>
type Body = z.infer<typeof compareBody>

/** Lists comparisons with gateways, the newest first. */
export async function GET(request: AuthenticatedMedusaRequest<unknown, Query>, response: MedusaResponse) {
  const { limit, offset, account_id, state } = request.validatedQuery as Query
  const { comparisons, count } = await ipnOf(request).browsing.comparisons(
    { accountId: account_id, state },
    { limit, offset }
  )
  response.json({ reconciliations: comparisons, count, offset, limit })
}

/** Starts comparing a period with what an account's gateway says; the same period is compared once at a time. */
export async function POST(request: AuthenticatedMedusaRequest<Body>, response: MedusaResponse) {
  const { account_id, from, to } = request.validatedBody
  const ipn = ipnOf(request)
  if (!ipn.configuration.accounts.has(account_id)) {
    throw new MedusaError(MedusaError.Types.NOT_FOUND, `No account "${account_id}" is configured.`)
  }
  const { result } = await compareWithGatewayWorkflow(request.scope).run({
    input: { account_id, from, to, actor_id: request.auth_context.actor_id },
  })
  const started = result as Started
  if (started.kind === "bad_period") throw new MedusaError(MedusaError.Types.INVALID_DATA, started.why)
  if (started.kind === "cannot_compare") throw new MedusaError(MedusaError.Types.NOT_ALLOWED, started.why)
  const [reconciliation] = (await ipn.browsing.comparisons({ id: [started.id] })).comparisons
  response.json({
    reconciliation,
    coverage: started.coverage,
    already_running: started.kind === "already_running",
  })
}

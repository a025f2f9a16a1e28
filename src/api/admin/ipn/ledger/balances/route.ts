import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import type { z } from "@medusajs/framework/zod"
import { ipnOf } from "../../module"
import { ledgerFilter, type readBalancesQuery } from "../query"

type Query = z.infer<typeof readBalancesQuery>

/** The balance of every account of the ledger and currency; with a period, what moved in it. */
export async function GET(request: AuthenticatedMedusaRequest<unknown, Query>, response: MedusaResponse) {
  response.json({
    balances: await ipnOf(request).ledger.balances(ledgerFilter(request.validatedQuery as Query)),
  })
}

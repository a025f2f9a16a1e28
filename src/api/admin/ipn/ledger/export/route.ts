import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import type { z } from "@medusajs/framework/zod"
import { stream } from "../../answer"
import { ipnOf } from "../../module"
import { ledgerFilter, type exportEntriesQuery } from "../query"

type Query = z.infer<typeof exportEntriesQuery>

/** The ledger as CSV or as a journal that hledger reads, piece by piece, the oldest first. */
export async function GET(request: AuthenticatedMedusaRequest<unknown, Query>, response: MedusaResponse) {
  const { format, ...query } = request.validatedQuery as Query
  const { ledger } = ipnOf(request)
  const filter = ledgerFilter(query)
  const isCsv = format === "csv"
  response.status(200).set({
    "content-type": isCsv ? "text/csv; charset=utf-8" : "text/plain; charset=utf-8",
    "content-disposition": `attachment; filename="ledger.${isCsv ? "csv" : "journal"}"`,
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
  })
  await stream(response, isCsv ? ledger.asCsv(filter) : ledger.asJournal(filter))
}

import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import type { z } from "@medusajs/framework/zod"
import { previewMail } from "../../../../../workflows/emails/sample-mail"
import type { previewMailQuery } from "../query"
import { readKind } from "../read-kind"

type Query = z.infer<typeof previewMailQuery>

/** How an email looks, of an order that nobody made. */
export async function GET(request: AuthenticatedMedusaRequest<unknown, Query>, response: MedusaResponse) {
  const kind = readKind(request)
  const { language } = request.validatedQuery as Query
  response.json({ email: { id: kind, ...(await previewMail(request.scope, kind, language)) } })
}

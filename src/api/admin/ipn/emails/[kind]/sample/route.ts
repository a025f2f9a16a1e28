import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { MedusaError } from "@medusajs/framework/utils"
import type { z } from "@medusajs/framework/zod"
import { sendSampleWorkflow, type SampleSent } from "../../../../../../workflows/emails/sample-mail"
import type { sendSampleBody } from "../../query"
import { readKind } from "../../read-kind"

type Body = z.infer<typeof sendSampleBody>

/** Sends a sample of an email to the signed-in user. */
export async function POST(request: AuthenticatedMedusaRequest<Body>, response: MedusaResponse) {
  const kind = readKind(request)
  const { language } = request.validatedBody
  const { result } = await sendSampleWorkflow(request.scope).run({
    input: { kind, ...(language ? { language } : {}), actor_id: request.auth_context.actor_id },
  })
  const sent = result as SampleSent
  if (sent.kind === "not_sent") throw new MedusaError(MedusaError.Types.NOT_ALLOWED, sent.why)
  response.json({ sample: { id: kind, to: sent.to } })
}

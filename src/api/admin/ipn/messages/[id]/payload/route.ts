import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { readPayload } from "../read-payload"

/** The bytes of a message, as text that no browser runs. */
export async function GET(request: AuthenticatedMedusaRequest, response: MedusaResponse) {
  const { body, bodyState } = await readPayload(request)
  response
    .status(200)
    .set({
      "content-type": "text/plain; charset=utf-8",
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; sandbox",
      "content-disposition": `attachment; filename="${request.params.id ?? "message"}.txt"`,
      "cache-control": "no-store",
      "x-ipn-body-state": bodyState,
    })
    .end(Buffer.from(body))
}

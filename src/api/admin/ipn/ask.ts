import type { MedusaContainer } from "@medusajs/framework/types"
import { MedusaError } from "@medusajs/framework/utils"
import type { MedusaResponse } from "@medusajs/framework/http"
import type { Asked } from "../../../modules/ipn/asking/asking"
import { askGatewayWorkflow } from "../../../workflows/reconcile/ask-gateway"

export async function ask(scope: MedusaContainer, accountId: string, reference: string): Promise<Asked> {
  const { result } = await askGatewayWorkflow(scope).run({ input: { account_id: accountId, reference } })
  return result as Asked
}

/** Answers a question that came to nothing: 429, 503, 404 or 400. False when it was asked. */
export function answerNotAsked(response: MedusaResponse, asked: Asked): boolean {
  switch (asked.kind) {
    case "asked":
      return false
    case "too_soon":
      response.status(429).set("retry-after", String(asked.retryAfterSeconds)).json({
        type: "too_many_requests",
        message: "The gateway was asked about this payment a moment ago.",
        retry_after_seconds: asked.retryAfterSeconds,
      })
      return true
    case "unreachable":
      response.status(503).json({ type: "unreachable", message: asked.why })
      return true
    case "unknown_payment":
      throw new MedusaError(MedusaError.Types.NOT_FOUND, "No such payment was started by this store.")
    case "cannot_be_asked":
      throw new MedusaError(MedusaError.Types.NOT_ALLOWED, asked.why)
  }
}

import type { MedusaResponse, MedusaStoreRequest } from "@medusajs/framework/http"
import { askGatewayWorkflow } from "../../../../workflows/reconcile/ask-gateway"
import { notNow, readBuyer, tooMany } from "../buyer-call"

/** How long the answer waits for what the gateway said to be settled. */
const settledWithinMs = 3_000

/**
 * Asks the gateway now, at most once in ten seconds for each payment (429), and tells what holds then. 503 while the
 * gateway cannot be reached. A gateway that cannot be asked at all changes nothing.
 */
export async function POST(request: MedusaStoreRequest, response: MedusaResponse): Promise<void> {
  const call = await readBuyer(request, response)
  if (!call) return
  const { ipn, token, by, seen } = call
  let newEvents = 0
  const answers = new Set<string>()
  let retryAfterSeconds = 10
  // A buyer who tried twice may have paid the first page.
  for (const { accountId, reference } of seen.purchase.payments.slice(-3)) {
    const { result: asked } = await askGatewayWorkflow(request.scope).run({
      input: { account_id: accountId, reference },
    })
    answers.add(asked.kind)
    if (asked.kind === "asked") newEvents += asked.newEvents
    if (asked.kind === "too_soon") retryAfterSeconds = asked.retryAfterSeconds
  }
  if (!answers.has("asked")) {
    if (answers.has("unreachable")) return notNow(response, 10, "The gateway cannot be reached just now.")
    if (answers.has("too_soon")) return tooMany(response, retryAfterSeconds)
  }
  const since = newEvents > 0 ? seen.status.version : undefined
  const later = await ipn.buyers.wait(token, by, { since, ms: settledWithinMs })
  response.json((later ?? seen).status)
}

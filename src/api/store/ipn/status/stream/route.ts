import type { MedusaResponse, MedusaStoreRequest } from "@medusajs/framework/http"
import { readBuyer, tooMany, untilGone } from "../../buyer-call"
import { caps } from "../../caps"

/** A line now and then keeps proxies from closing a quiet connection. */
const heartbeatMs = 15_000
/** Then the buyer's browser asks anew, with a token that is looked at anew. */
const streamForMs = 600_000

/**
 * The same as `/store/ipn/status`, as server-sent events: `status` with each new version. Ends after a terminal state,
 * and after ten minutes.
 */
export async function GET(request: MedusaStoreRequest, response: MedusaResponse): Promise<void> {
  const call = await readBuyer(request, response)
  if (!call) return
  const { ipn, token, by } = call
  const leave = caps.waiting.take(token.reference)
  if (!leave) return tooMany(response, 5)
  const signal = untilGone(response)
  const heartbeat = setInterval(() => response.write(": \n\n"), heartbeatMs)
  try {
    response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
      connection: "keep-alive",
    })
    const until = Date.now() + streamForMs
    let { status } = call.seen
    let sent: string | undefined
    while (!signal.aborted) {
      if (status.version !== sent) {
        response.write(`event: status\nid: ${status.version}\ndata: ${JSON.stringify(status)}\n\n`)
        sent = status.version
      }
      const left = until - Date.now()
      if (status.terminal || left <= 0) break
      const later = await ipn.buyers.wait(token, by, { since: sent, ms: Math.min(left, 30_000), signal })
      if (!later || ipn.buyers.isStopping) break
      status = later.status
    }
  } finally {
    clearInterval(heartbeat)
    leave()
    response.end()
  }
}

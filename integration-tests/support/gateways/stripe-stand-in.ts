import { page, startStandIn, type Answer, type StandIn } from "./stand-in"

/**
 * Plays as much of Stripe as starting a payment takes: makes Checkout sessions and shows them. No buyer can pay here,
 * so nothing but the messages that `npm run send` or a spec signs says that money came.
 */
export async function startStripeStandIn(port?: number): Promise<StandIn> {
  const sessions = new Map<string, Record<string, unknown>>()
  const keys = new Map<string, string>()
  let made = 0
  const standIn: StandIn = await startStandIn(({ method, path, body }): Answer => {
    const params = new URLSearchParams(body.toString("utf8"))
    if (method === "POST" && path === "/v1/checkout/sessions") {
      const reference = params.get("client_reference_id") ?? ""
      // The gateway's idempotency key is made of the reference and what is to be paid is part of the session.
      const known = sessions.get(keys.get(body.toString("latin1")) ?? "")
      if (known) return json(known)
      const id = `cs_test_${Date.now().toString(36)}${++made}`
      const unit = Number(params.get("line_items[0][price_data][unit_amount]"))
      const session = {
        id,
        object: "checkout.session",
        mode: "payment",
        status: "open",
        payment_status: "unpaid",
        amount_total: unit * Number(params.get("line_items[0][quantity]") ?? 1),
        currency: params.get("line_items[0][price_data][currency]"),
        payment_intent: null,
        client_reference_id: reference,
        metadata: { ipn_reference: reference },
        url: `${standIn.url}/pay/${id}`,
      }
      sessions.set(id, session)
      keys.set(body.toString("latin1"), id)
      return json(session)
    }
    const [, found] = /^\/v1\/checkout\/sessions\/(\w+)$/.exec(path) ?? []
    const session = sessions.get(found ?? "")
    if (method === "GET" && session) return json(session)
    const [, expired] = /^\/v1\/checkout\/sessions\/(\w+)\/expire$/.exec(path) ?? []
    const open = sessions.get(expired ?? "")
    if (method === "POST" && open) return json(Object.assign(open, { status: "expired", url: null }))
    const [, shown] = /^\/pay\/(\w+)$/.exec(path) ?? []
    const reference = String(sessions.get(shown ?? "")?.client_reference_id ?? "")
    if (method === "GET" && reference) {
      return page(
        "Stripe is played here",
        "This page stands where Stripe's payment page would be. To say that this payment was made, run:",
        `<code>npm run send -- stripe payment_intent.succeeded --session ${reference}</code>`
      )
    }
    return json(
      {
        error: {
          type: "invalid_request_error",
          code: "resource_missing",
          message: `No such object: ${path}`,
        },
      },
      404
    )
  }, port)
  return standIn
}

function json(body: unknown, status = 200): Answer {
  return { status, body: JSON.stringify(body) }
}

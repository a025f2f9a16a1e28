import { randomBytes } from "node:crypto"
import { fromDecimal, type Money } from "../../../domain/money"
import type { Answer, Call } from "../../simulation/http-server"
import { type PaypalBooks, PaypalError } from "./books"

export type Credentials = Readonly<{ clientId: string; clientSecret: string }>
type Body = Record<string, unknown>

/** What else the API knows: whether a message is PayPal's own, and which were sent. */
export type Messages = Readonly<{
  isOurs(question: Body, event: string): boolean
  list(): readonly object[]
}>

/** PayPal's REST API: OAuth, JSON, one answer per PayPal-Request-Id, errors with a name and an issue. */
export function createApi(
  books: PaypalBooks,
  credentials: Credentials,
  messages: Messages,
  url: () => string
): (call: Call) => Answer {
  const tokens = new Set<string>()
  const answered = new Map<string, Answer>()
  return (call) => {
    if (call.path === "/v1/oauth2/token") return answerToken(call, credentials, tokens)
    const token = /^Bearer (\S+)$/.exec(call.headers.authorization ?? "")?.[1]
    if (!token || !tokens.has(token))
      return json(401, { error: "invalid_token", error_description: "Token signature verification failed" })
    const id = call.headers["paypal-request-id"]
    const known = id === undefined ? undefined : answered.get(`${call.path} ${id}`)
    if (known) return known
    const answer = answerOrRefuse(() => route(books, messages, url, call))
    if (id !== undefined && answer.status < 300) answered.set(`${call.path} ${id}`, answer)
    return answer
  }
}

function answerToken(call: Call, { clientId, clientSecret }: Credentials, tokens: Set<string>): Answer {
  const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`
  const asks = call.method === "POST" && call.body.toString("utf8") === "grant_type=client_credentials"
  if (!asks || call.headers.authorization !== basic)
    return json(401, { error: "invalid_client", error_description: "Client Authentication failed" })
  const token = `A21AA-test-only-${randomBytes(16).toString("hex")}`
  tokens.add(token)
  return json(200, { access_token: token, token_type: "Bearer", expires_in: 32_400 })
}

function route(books: PaypalBooks, messages: Messages, url: () => string, call: Call): Answer {
  const text = call.body.toString("utf8")
  const body = (text ? JSON.parse(text) : {}) as Body
  const [, version, area, kind, id = "", action] = call.path.split("/")
  const path = `${call.method} ${version}/${area}/${kind}${id ? "/*" : ""}${action ? `/${action}` : ""}`
  switch (path) {
    case "POST v2/checkout/orders":
      return json(201, books.showOrder(createOrder(books, body)))
    case "GET v2/checkout/orders/*":
      return json(200, books.showOrder(books.order(id)))
    case "POST v2/checkout/orders/*/capture":
    case "POST v2/checkout/orders/*/authorize":
      books.complete(books.order(id), action as "capture" | "authorize")
      return json(201, books.showOrder(books.order(id)))
    case "GET v2/payments/captures/*":
      return json(200, books.showCapture(...books.capture(id)))
    case "POST v2/payments/captures/*/refund": {
      const refund = books.refund(id, readMoney(body.amount))
      return json(201, books.showRefund(...books.capture(id), refund))
    }
    case "GET v2/payments/authorizations/*":
      return json(200, books.showAuthorization(books.authorized(id)))
    case "POST v2/payments/authorizations/*/capture": {
      const capture = books.captureAuthorized(id, readMoney(body.amount))
      return json(201, books.showCapture(books.authorized(id), capture))
    }
    case "POST v2/payments/authorizations/*/void":
      books.void(id)
      return { status: 204 }
    case "POST v1/notifications/verify-webhook-signature": {
      const event = text.slice(text.indexOf('"webhook_event":') + '"webhook_event":'.length, -1)
      return json(200, { verification_status: messages.isOurs(body, event) ? "SUCCESS" : "FAILURE" })
    }
    case "GET v1/notifications/webhooks-events":
      return listEvents(messages, url, call.query)
    default:
      throw new PaypalError(404, "RESOURCE_NOT_FOUND", "There is no such address.")
  }
}

function createOrder(books: PaypalBooks, body: Body) {
  const [unit] = body.purchase_units as Body[]
  const source = body.payment_source as { paypal: { experience_context: Record<string, string> } }
  const context = source.paypal.experience_context
  return books.create({
    intent: body.intent as "CAPTURE" | "AUTHORIZE",
    reference: String(unit?.custom_id),
    amount: readMoney(unit?.amount),
    returnUrl: context.return_url ?? "",
    cancelUrl: context.cancel_url ?? "",
  })
}

/** Pages of two, so that a reader has to turn them. */
function listEvents(messages: Messages, url: () => string, query: URLSearchParams): Answer {
  const [from, to] = [query.get("start_time") ?? "", query.get("end_time") ?? ""]
  const all = messages.list().filter((event) => {
    const { create_time } = event as { create_time: string }
    return create_time >= from && create_time <= to
  })
  const at = Number(query.get("next_page") ?? 0)
  const next = new URLSearchParams(query)
  next.set("next_page", String(at + 2))
  const more = at + 2 < all.length
  return json(200, {
    events: all.slice(at, at + 2),
    count: all.length,
    links: more
      ? [{ rel: "next", href: `${url()}/v1/notifications/webhooks-events?${next.toString()}` }]
      : [],
  })
}

/** Amounts with decimals in a currency that has none at PayPal are an error. */
function readMoney(value: unknown): Money {
  const { currency_code, value: amount } = value as { currency_code: string; value: string }
  if (["HUF", "JPY", "TWD"].includes(currency_code) && amount.includes("."))
    throw new PaypalError(422, "DECIMALS_NOT_SUPPORTED", "This currency has no decimals.")
  return fromDecimal(amount, currency_code)
}

function answerOrRefuse(answer: () => Answer): Answer {
  try {
    return answer()
  } catch (error) {
    if (!(error instanceof PaypalError)) throw error
    const { status, issue, message } = error
    const name = status === 404 ? "RESOURCE_NOT_FOUND" : "UNPROCESSABLE_ENTITY"
    return json(status, { name, message, debug_id: "test-only", details: [{ issue, description: message }] })
  }
}

function json(status: number, value: object): Answer {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(value) }
}

import type { Answer, Call } from "../../simulation/http-server"
import { ApiError, type Intent, type Metadata, type Session, type StripeBooks } from "./books"

/** What a call of the API does. The last four move money, or give up a claim to it. */
export type CallKind = "read" | "set-up" | "create" | "capture" | "refund" | "cancel" | "expire"

export type StripeCall = Readonly<{
  kind: CallKind
  method: string
  path: string
  params: Readonly<Record<string, string>>
  idempotencyKey: string | undefined
  version: string | undefined
  status: number
  /** Whether it was answered from its idempotency key, without doing anything. */
  replayed: boolean
}>

/** The part of Stripe's API that the Stripe gateway and `@medusajs/payment-stripe` use. https://docs.stripe.com/api */
export class StripeApi {
  readonly calls: StripeCall[] = []
  /** When set, every call is answered with this status and nothing is done: an outage, a limit. */
  failsWith: number | undefined
  private readonly known = new Map<string, { print: string; status: number; body: string }>()

  constructor(
    private readonly books: StripeBooks,
    private readonly apiKey: string,
    private readonly url: () => string
  ) {}

  answer(call: Call): Answer {
    const sent = call.method === "GET" ? call.query : new URLSearchParams(call.body.toString("utf8"))
    const params = Object.fromEntries(sent)
    const route = routes.find((one) => one.method === call.method && one.path.test(call.path))
    const [status, body, replayed] = this.decide(call, params, route)
    this.calls.push({
      kind: route?.kind ?? "read",
      method: call.method,
      path: call.path,
      params,
      idempotencyKey: call.headers["idempotency-key"],
      version: call.headers["stripe-version"],
      status,
      replayed,
    })
    const headers = { "content-type": "application/json", "request-id": `req_${this.calls.length}` }
    return { status, headers: replayed ? { ...headers, "idempotent-replayed": "true" } : headers, body }
  }

  /** Stripe's idempotency: the first answer is kept, and other parameters under the same key are refused. */
  private decide(call: Call, params: Params, route: Route | undefined): [number, string, boolean] {
    if (this.failsWith !== undefined) {
      return [this.failsWith, write({ type: "api_error", message: "Stripe is not itself today." }), false]
    }
    if (call.headers.authorization !== `Bearer ${this.apiKey}`) {
      const message = "Invalid API Key provided: sk_test_****"
      return [401, write({ type: "invalid_request_error", message }), false]
    }
    const key = call.method === "POST" ? call.headers["idempotency-key"] : undefined
    const print = JSON.stringify([call.method, call.path, params])
    const kept = key === undefined ? undefined : this.known.get(key)
    if (kept && kept.print !== print) {
      const message =
        "Keys for idempotent requests can only be used with the same parameters they were first used with."
      return [400, write({ type: "idempotency_error", message }), false]
    }
    if (kept) return [kept.status, kept.body, true]

    const [status, body] = this.run(route, call.path, params)
    if (key !== undefined) this.known.set(key, { print, status, body })
    return [status, body, false]
  }

  private run(route: Route | undefined, path: string, params: Params): [number, string] {
    try {
      if (!route) {
        const message = `Unrecognized request URL (${path}).`
        throw new ApiError(404, { type: "invalid_request_error", message })
      }
      const result = route.run(this.books, route.path.exec(path)?.[1] ?? "", params, this.url())
      const expands = Object.keys(params).filter((name) => name.startsWith("expand["))
      const whole = expands.reduce((one, name) => this.expand(one, params[name] ?? ""), clone(result))
      return [200, JSON.stringify(whole)]
    } catch (error) {
      if (error instanceof ApiError) return [error.status, write(error.error)]
      throw error
    }
  }

  /** Writes linked objects whole, as `expand[]` asks. */
  private expand(object: Record<string, unknown>, path: string): Record<string, unknown> {
    const [first = "", ...rest] = path.split(".")
    const value = object[first]
    if (Array.isArray(value)) {
      const items = value as Record<string, unknown>[]
      return { ...object, [first]: items.map((item) => this.expand(item, rest.join("."))) }
    }
    const whole = typeof value === "string" ? clone(this.books.objects.get(value) ?? value) : value
    if (typeof whole !== "object" || whole === null) return object
    const inner = whole as Record<string, unknown>
    return { ...object, [first]: rest.length > 0 ? this.expand(inner, rest.join(".")) : inner }
  }
}

type Params = Readonly<Record<string, string>>
type Route = Readonly<{
  method: "GET" | "POST" | "DELETE"
  path: RegExp
  kind: CallKind
  run(books: StripeBooks, id: string, params: Params, url: string): Record<string, unknown>
}>

const routes: readonly Route[] = [
  { method: "POST", path: /^\/v1\/checkout\/sessions$/, kind: "create", run: createSession },
  {
    method: "GET",
    path: /^\/v1\/checkout\/sessions\/(\w+)$/,
    kind: "read",
    run: (books, id) => books.find<Session>(id, "checkout.session"),
  },
  {
    method: "POST",
    path: /^\/v1\/checkout\/sessions\/(\w+)\/expire$/,
    kind: "expire",
    run: (books, id) => books.expire(id),
  },
  { method: "POST", path: /^\/v1\/payment_intents$/, kind: "create", run: createIntent },
  { method: "GET", path: /^\/v1\/payment_intents$/, kind: "read", run: listOf("payment_intent") },
  {
    method: "GET",
    path: /^\/v1\/payment_intents\/(\w+)$/,
    kind: "read",
    run: (books, id) => books.find<Intent>(id, "payment_intent"),
  },
  { method: "POST", path: /^\/v1\/payment_intents\/(\w+)$/, kind: "set-up", run: updateIntent },
  {
    method: "POST",
    path: /^\/v1\/payment_intents\/(\w+)\/capture$/,
    kind: "capture",
    run: (books, id, params) => books.capture(id, numberIn(params, "amount_to_capture")),
  },
  {
    method: "POST",
    path: /^\/v1\/payment_intents\/(\w+)\/cancel$/,
    kind: "cancel",
    run: (books, id, params) => books.cancel(id, params.cancellation_reason ?? null),
  },
  {
    method: "POST",
    path: /^\/v1\/refunds$/,
    kind: "refund",
    run: (books, _, params) =>
      books.refund(params.payment_intent ?? "", numberIn(params, "amount"), metadataIn(params, "metadata")),
  },
  { method: "GET", path: /^\/v1\/refunds$/, kind: "read", run: listOf("refund") },
  { method: "GET", path: /^\/v1\/disputes$/, kind: "read", run: listOf("dispute") },
  {
    method: "GET",
    path: /^\/v1\/payment_methods\/(\w+)$/,
    kind: "read",
    run: (books, id) => books.find(id, "payment_method"),
  },
  {
    method: "POST",
    path: /^\/v1\/customers$/,
    kind: "set-up",
    run: (books, _, params) =>
      books.make("cus", "customer", { email: params.email ?? null, name: params.name ?? null }),
  },
  {
    method: "POST",
    path: /^\/v1\/customers\/(\w+)$/,
    kind: "set-up",
    run: (books, id, params) => Object.assign(books.find(id, "customer"), { email: params.email ?? null }),
  },
  {
    method: "DELETE",
    path: /^\/v1\/customers\/(\w+)$/,
    kind: "set-up",
    run: (books, id) => {
      books.find(id, "customer")
      books.objects.delete(id)
      return { id, object: "customer", deleted: true }
    },
  },
  {
    method: "GET",
    path: /^\/v1\/customers\/(\w+)\/payment_methods$/,
    kind: "read",
    run: () => ({ object: "list", data: [], has_more: false }),
  },
]

function createSession(books: StripeBooks, _: string, params: Params, url: string): Session {
  const price = "line_items[0][price_data]"
  const amount = required(params, `${price}[unit_amount]`) * required(params, "line_items[0][quantity]")
  const currency = params[`${price}[currency]`]
  if (params.mode !== "payment" || !currency || !params.success_url) {
    throw new ApiError(400, {
      type: "invalid_request_error",
      message: "mode, currency or success_url is missing.",
    })
  }
  const session = books.createSession(
    {
      amount_subtotal: amount,
      amount_total: amount,
      currency,
      cancel_url: params.cancel_url ?? null,
      client_reference_id: params.client_reference_id ?? null,
      customer_email: params.customer_email ?? null,
      expires_at: numberIn(params, "expires_at") ?? null,
      metadata: metadataIn(params, "metadata"),
      mode: "payment",
      success_url: params.success_url,
    },
    {
      metadata: metadataIn(params, "payment_intent_data[metadata]"),
      capture_method: params["payment_intent_data[capture_method]"] ?? "automatic_async",
    }
  )
  session.url = `${url}/pay/${session.id}`
  return session
}

function createIntent(books: StripeBooks, _: string, params: Params): Intent {
  const amount = required(params, "amount")
  if (!params.currency)
    throw new ApiError(400, { type: "invalid_request_error", message: "Missing: currency." })
  return books.createIntent({
    amount,
    currency: params.currency,
    metadata: metadataIn(params, "metadata"),
    customer: params.customer ?? null,
    ...(params.capture_method ? { capture_method: params.capture_method } : {}),
  })
}

function updateIntent(books: StripeBooks, id: string, params: Params): Intent {
  const intent = books.find<Intent>(id, "payment_intent")
  const amount = numberIn(params, "amount")
  if (amount !== undefined && !["requires_payment_method", "requires_confirmation"].includes(intent.status)) {
    throw new ApiError(400, {
      type: "invalid_request_error",
      code: "payment_intent_unexpected_state",
      message: `This PaymentIntent's amount could not be updated because it has a status of ${intent.status}.`,
    })
  }
  if (amount !== undefined) intent.amount = amount
  Object.assign(intent.metadata, metadataIn(params, "metadata"))
  return intent
}

/** A list, the newest first, in pages. https://docs.stripe.com/api/pagination */
function listOf(object: string): Route["run"] {
  return (books, _, params) => {
    const [from, to] = [numberIn(params, "created[gte]") ?? 0, numberIn(params, "created[lt]") ?? Infinity]
    const found = books
      .all(object, (one) => {
        const made = Number(one.created)
        const about = params.payment_intent === undefined || one.payment_intent === params.payment_intent
        return about && made >= from && made < to
      })
      .reverse()
    const start = found.findIndex(({ id }) => id === params.starting_after) + 1
    const end = start + (numberIn(params, "limit") ?? 10)
    return { object: "list", has_more: end < found.length, data: found.slice(start, end) }
  }
}

function metadataIn(params: Params, prefix: string): Metadata {
  const entries = Object.entries(params).filter(([name]) => name.startsWith(`${prefix}[`))
  return Object.fromEntries(entries.map(([name, value]) => [name.slice(prefix.length + 1, -1), value]))
}

function numberIn(params: Params, name: string): number | undefined {
  return params[name] === undefined ? undefined : required(params, name)
}

function required(params: Params, name: string): number {
  const text = params[name] ?? ""
  if (/^\d{1,12}$/.test(text)) return Number(text)
  throw new ApiError(400, { type: "invalid_request_error", message: `Invalid integer: ${name}` })
}

function write(error: object): string {
  return JSON.stringify({ error })
}

function clone(value: unknown): Record<string, unknown> {
  return structuredClone(value) as Record<string, unknown>
}

import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import {
  ApiError,
  StripeBooks,
  type Intent,
  type Metadata,
  type Session,
  type StripeObject,
} from "./stripe/books"
import { Deliveries, type Endpoint, type StripeEvent } from "./stripe/deliveries"

/** What a call of the API does. The last four move money, or give up a claim to it. */
export type CallKind = "read" | "set-up" | "create" | "capture" | "refund" | "cancel" | "expire"
const moving = ["capture", "refund", "cancel", "expire"] as const
type Moving = (typeof moving)[number]

export type ApiCall = Readonly<{
  kind: CallKind
  method: string
  path: string
  params: Readonly<Record<string, string>>
  idempotencyKey?: string
  version?: string
  status: number
  /** Whether it was answered from the idempotency key, without doing anything. */
  replayed: boolean
}>

export type StripeSimulatorOptions = Readonly<{
  /** Where messages are sent; may be set later by `notify`. */
  endpoint?: Endpoint
  /** The key that calls must carry. */
  apiKey?: string
  port?: number
  now?: () => Date
  /** Undelivered messages are sent again by themselves after this time, then twice and four times it. */
  retryAfterMs?: number
}>

/**
 * Plays Stripe on loopback: the part of its API that the Stripe gateway and `@medusajs/payment-stripe` use, the hosted
 * page, and signed messages. The official SDK speaks to it with `{ host, port, protocol: "http" }`.
 */
export class StripeSimulator {
  readonly calls: ApiCall[] = []
  readonly books: StripeBooks
  readonly webhooks: Deliveries
  /** When set, the next calls of the API are answered with this status and nothing is done: an outage, a limit. */
  outage: number | undefined
  port = 0
  private readonly server = createServer((request, response) => {
    this.answer(request, response).catch((error: unknown) => {
      response.writeHead(500, { "content-type": "application/json" })
      response.end(write({ type: "api_error", message: String(error) }))
    })
  })
  private readonly known = new Map<string, { print: string; status: number; body: string }>()
  private readonly apiKey: string

  private constructor(options: StripeSimulatorOptions) {
    const now = options.now ?? (() => new Date())
    this.apiKey = options.apiKey ?? "sk_test_onlyForTests0000000000"
    this.webhooks = new Deliveries(options.endpoint, now, options.retryAfterMs)
    this.books = new StripeBooks((type, object) => this.webhooks.add(this.eventOf(type, object, now())), now)
  }

  static async start(options: StripeSimulatorOptions = {}): Promise<StripeSimulator> {
    const simulator = new StripeSimulator(options)
    await new Promise<void>((resolve, reject) => {
      simulator.server.once("error", reject)
      simulator.server.listen(options.port ?? 0, "127.0.0.1", resolve)
    })
    simulator.port = (simulator.server.address() as AddressInfo).port
    return simulator
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** Sets up the webhook endpoint, as one does in the dashboard. */
  notify(endpoint: Endpoint): void {
    this.webhooks.endpoint = endpoint
  }

  /** The only checkout session or payment intent with a reference in its metadata or as its client reference. */
  findByReference(reference: string): Session | Intent {
    const refers = (one: StripeObject) => {
      const metadata = (one.metadata ?? {}) as Metadata
      return [metadata.ipn_reference, metadata.session_id, one.client_reference_id].includes(reference)
    }
    const [first, ...others] = [
      ...this.books.all<Session>("checkout.session", refers),
      ...this.books.all<Intent>("payment_intent", (one) => refers(one) && !this.isOfSession(one.id)),
    ]
    if (!first || others.length > 0)
      throw new Error(`${others.length + (first ? 1 : 0)} payments have ${reference}`)
    return first
  }

  /** The calls that moved money so far, by kind; replayed and refused ones moved none. */
  moneyCalls(): Record<Moving, number> {
    const count = (kind: Moving) =>
      this.calls.filter((call) => call.kind === kind && !call.replayed && call.status === 200).length
    return {
      capture: count("capture"),
      refund: count("refund"),
      cancel: count("cancel"),
      expire: count("expire"),
    }
  }

  /** Throws unless exactly these calls moved money: with no argument, unless none did. */
  expectMoneyCalls(expected: Partial<Record<Moving, number>> = {}): void {
    const found = this.moneyCalls()
    const wrong = moving.filter((kind) => found[kind] !== (expected[kind] ?? 0))
    if (wrong.length === 0) return
    const say = (of: Partial<Record<Moving, number>>) =>
      moving.map((kind) => `${of[kind] ?? 0} ${kind}`).join(", ")
    throw new Error(`calls that moved money: expected ${say(expected)}; found ${say(found)}`)
  }

  async close(): Promise<void> {
    await this.webhooks.close()
    this.server.closeAllConnections()
    await new Promise<void>((resolve) => this.server.close(() => resolve()))
  }

  private isOfSession(intentId: string): boolean {
    return this.books.all<Session>("checkout.session", (one) => one.payment_intent === intentId).length > 0
  }

  private eventOf(type: string, object: StripeObject, at: Date): StripeEvent {
    const number = String(this.webhooks.events.length + 1).padStart(6, "0")
    return {
      id: `evt_${number}${object.id.replace(/\W|_/g, "").slice(-12)}`,
      object: "event",
      api_version: "2026-10-28.endive",
      created: Math.floor(at.getTime() / 1000),
      data: { object: structuredClone(object) },
      livemode: false,
      pending_webhooks: 1,
      request: { id: null, idempotency_key: null },
      type,
    }
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.url)
    const body = await readBody(request)
    if (url.pathname.startsWith("/pay/")) return this.showPage(request.method ?? "GET", url, body, response)
    const params = Object.fromEntries(new URLSearchParams(request.method === "GET" ? url.search : body))
    const [status, text, replayed, kind] = this.call(request, url.pathname, params)
    this.calls.push({
      kind,
      method: request.method ?? "GET",
      path: url.pathname,
      params,
      ...(header(request, "idempotency-key")
        ? { idempotencyKey: header(request, "idempotency-key") ?? "" }
        : {}),
      ...(header(request, "stripe-version") ? { version: header(request, "stripe-version") ?? "" } : {}),
      status,
      replayed,
    })
    response.writeHead(status, {
      "content-type": "application/json",
      "request-id": `req_${this.calls.length}`,
      ...(replayed ? { "idempotent-replayed": "true" } : {}),
    })
    response.end(text)
  }

  /** Stripe's idempotency: the first answer is kept, and other parameters under the same key are refused. */
  private call(
    request: IncomingMessage,
    path: string,
    params: Record<string, string>
  ): [status: number, body: string, replayed: boolean, kind: CallKind] {
    const method = request.method ?? "GET"
    const route = routes.find((one) => one.method === method && one.path.test(path))
    const kind = route?.kind ?? "read"
    if (this.outage !== undefined) {
      return [this.outage, write({ type: "api_error", message: "Stripe is not itself today." }), false, kind]
    }
    if (header(request, "authorization") !== `Bearer ${this.apiKey}`) {
      const message = "Invalid API Key provided: sk_test_****"
      return [401, write({ type: "invalid_request_error", message }), false, kind]
    }
    const key = method === "POST" ? header(request, "idempotency-key") : undefined
    const print = JSON.stringify([method, path, params])
    const kept = key === undefined ? undefined : this.known.get(key)
    if (kept && kept.print !== print) {
      const message =
        "Keys for idempotent requests can only be used with the same parameters they were first used with."
      return [400, write({ type: "idempotency_error", message }), false, kind]
    }
    if (kept) return [kept.status, kept.body, true, kind]

    const [status, body] = this.run(route, path, params)
    if (key !== undefined) this.known.set(key, { print, status, body })
    return [status, body, false, kind]
  }

  private run(route: Route | undefined, path: string, params: Record<string, string>): [number, string] {
    try {
      if (!route) {
        const message = `Unrecognized request URL (${path}).`
        throw new ApiError(404, { type: "invalid_request_error", message })
      }
      const result = route.run(this.books, route.path.exec(path)?.[1] ?? "", params, this.url)
      const expands = Object.keys(params).filter((name) => name.startsWith("expand["))
      return [
        200,
        JSON.stringify(expands.reduce((one, name) => this.expand(one, params[name] ?? ""), clone(result))),
      ]
    } catch (error) {
      if (error instanceof ApiError) return [error.status, write(error.error)]
      throw error
    }
  }

  /** Writes linked objects whole, as `expand[]` asks. */
  private expand(object: Record<string, unknown>, path: string): Record<string, unknown> {
    const [first = "", ...rest] = path.split(".")
    const value = object[first]
    const whole = typeof value === "string" ? clone(this.books.objects.get(value) ?? value) : value
    if (typeof whole !== "object" || whole === null) return object
    const inner = whole as Record<string, unknown>
    return { ...object, [first]: rest.length > 0 ? this.expand(inner, rest.join(".")) : inner }
  }

  private showPage(method: string, url: URL, body: string, response: ServerResponse): void {
    const id = url.pathname.slice("/pay/".length)
    const session = this.books.objects.get(id) as Session | undefined
    if (session?.object !== "checkout.session" || session.status !== "open") {
      response.writeHead(404, { "content-type": "text/html; charset=utf-8" })
      response.end("<!doctype html><title>Stripe simulator</title><p>This page is no longer open.</p>")
      return
    }
    if (method !== "POST") {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" })
      response.end(pageOf(session))
      return
    }
    const action = new URLSearchParams(body).get("action")
    const next = this.act(session, action)
    response.writeHead(303, { location: next ?? `${this.url}/pay/${id}` })
    response.end()
  }

  private act(session: Session, action: string | null): string | undefined {
    if (action === "pay") this.books.pay(session.id)
    else if (action === "later") this.books.payLater(session.id)
    else if (action === "decline") {
      this.books.decline(session.id)
      return undefined
    } else return session.cancel_url ?? undefined
    return session.success_url.replace("{CHECKOUT_SESSION_ID}", session.id)
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

function listOf(object: string): Route["run"] {
  return (books, _, params) => ({
    object: "list",
    has_more: false,
    data: books.all(object, (one) => one.payment_intent === params.payment_intent),
  })
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

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(", ") : value
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString("utf8")
}

function pageOf(session: Session): string {
  const button = (action: string, label: string) =>
    `<button name="action" value="${action}">${label}</button>`
  const held = (session.metadata.ipn_capture ?? "") === "manual"
  return (
    `<!doctype html><meta charset="utf-8"><title>Stripe simulator</title>` +
    `<h1>Stripe simulator</h1><p>${session.amount_total} ${session.currency} (smallest unit). No real money moves.</p>` +
    `<form method="post">${button("pay", held ? "Authorise" : "Pay")} ${button("later", "Pay by bank debit")} ` +
    `${button("decline", "Decline")} ${button("leave", "Back to the shop")}</form>`
  )
}

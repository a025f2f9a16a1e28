import { timingSafeEqual } from "node:crypto"
import type { Answer, Call } from "../../simulation/http-server"
import {
  MollieError,
  moneyOf,
  type Amount,
  type MollieBooks,
  type MollieObject,
  type PlayedPayment,
  type PlayedRefund,
} from "./books"

export type MollieApiOptions = Readonly<{
  apiKey: string
  url(): string
  /** What the bank makes of a refund that was asked for. */
  settleRefund(refund: PlayedRefund): void
}>

/** Mollie's v2 API: bearer key, JSON, and one answer per idempotency key and address. */
export function mollieApi(books: MollieBooks, options: MollieApiOptions): (call: Call) => Answer {
  const answered = new Map<string, Answer>()
  return (call) => {
    const given = Buffer.from(call.headers.authorization ?? "")
    const wanted = Buffer.from(`Bearer ${options.apiKey}`)
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
      return refuse(
        new MollieError(401, "Unauthorized Request", "Missing authentication, or failed to authenticate")
      )
    }
    const key = call.headers["idempotency-key"]
    if (key === undefined || call.method === "GET") return answer(books, call, options)
    const known = answered.get(`${call.method} ${call.path} ${key}`) ?? answer(books, call, options)
    if (known.status < 400) answered.set(`${call.method} ${call.path} ${key}`, known)
    return known
  }
}

function answer(books: MollieBooks, call: Call, options: MollieApiOptions): Answer {
  const [, version, root = "", id, part] = call.path.split("/")
  try {
    if (version !== "v2") throw notFound()
    const lists: Record<string, readonly MollieObject[]> = {
      payments: [...books.payments.values()],
      refunds: books.refunds,
      chargebacks: books.chargebacks,
    }
    if (call.method === "GET" && id === undefined && lists[root])
      return list(root, lists[root], call, options)
    if (root !== "payments") throw notFound()
    if (call.method === "POST" && id === undefined) return json(201, show(create(books, call), options))
    if (call.method === "GET" && id !== undefined && part === undefined) {
      return json(200, embed(books, books.find(id), call.query.get("embed") ?? "", options))
    }
    if (call.method === "DELETE" && id !== undefined && part === undefined) {
      const payment = books.find(id)
      if (!payment.isCancelable)
        throw new MollieError(422, "Unprocessable Entity", "The payment cannot be canceled")
      return json(200, show(books.fail(id, "canceled"), options))
    }
    if (call.method !== "POST" || id === undefined) throw notFound()
    return act(books, id, part ?? "", call, options)
  } catch (error) {
    if (error instanceof MollieError) return refuse(error)
    return refuse(new MollieError(400, "Bad Request", (error as Error).message))
  }
}

function act(books: MollieBooks, id: string, part: string, call: Call, options: MollieApiOptions): Answer {
  const { amount, metadata = null } = part === "release-authorization" ? {} : read(call)
  if (part === "captures") {
    return json(
      201,
      withLinks(books.capture(id, moneyOf((amount as Amount) ?? books.find(id).amount), metadata), options)
    )
  }
  if (part === "refunds") {
    const refund = books.refund(id, moneyOf(readAmount(amount)), metadata)
    const body = json(201, withLinks(refund, options))
    options.settleRefund(refund)
    return body
  }
  if (part !== "release-authorization") throw notFound()
  books.release(id)
  return { status: 202, body: "" }
}

function create(books: MollieBooks, call: Call): PlayedPayment {
  const input = read(call)
  const missing = ["description", "redirectUrl"].find((name) => !input[name])
  if (missing) throw new MollieError(422, "Unprocessable Entity", `The ${missing} is missing`, missing)
  for (const name of ["redirectUrl", "webhookUrl", "cancelUrl"]) {
    if (input[name] !== undefined && !URL.canParse(String(input[name]))) {
      throw new MollieError(422, "Unprocessable Entity", `The ${name} is invalid`, name)
    }
  }
  return books.create({
    ...input,
    amount: readAmount(input.amount),
    metadata: (input.metadata ?? null) as PlayedPayment["metadata"],
    redirectUrl: String(input.redirectUrl),
    cancelUrl: (input.cancelUrl as string | undefined) ?? null,
    webhookUrl: (input.webhookUrl as string | undefined) ?? null,
    method: null,
  })
}

/** Mollie takes amounts with exactly the currency's digits only. */
function readAmount(amount: unknown): Amount {
  const { value, currency } = (amount ?? {}) as Partial<Amount>
  const exact = typeof value === "string" && typeof currency === "string" && /^[A-Z]{3}$/.test(currency)
  if (!exact || moneyOf({ value, currency }).amount !== value || value.startsWith("-")) {
    throw new MollieError(422, "Unprocessable Entity", "The amount contains an invalid value", "amount")
  }
  return { value, currency }
}

function embed(
  books: MollieBooks,
  payment: PlayedPayment,
  wanted: string,
  options: MollieApiOptions
): MollieObject {
  const of = (list: readonly (MollieObject & { paymentId: string })[]) =>
    list.filter(({ paymentId }) => paymentId === payment.id).map((one) => withLinks(one, options))
  const all = {
    captures: of(books.captures),
    refunds: of(books.refunds),
    chargebacks: of(books.chargebacks),
  }
  const chosen = Object.entries(all).filter(
    ([name, list]) => wanted.split(",").includes(name) && list.length > 0
  )
  return {
    ...show(payment, options),
    ...(chosen.length > 0 ? { _embedded: Object.fromEntries(chosen) } : {}),
  }
}

/** The newest first; `from` is the id of the page's first. */
function list(root: string, all: readonly MollieObject[], call: Call, options: MollieApiOptions): Answer {
  const newest = [...all].reverse()
  const from = call.query.get("from")
  const start = from ? newest.findIndex(({ id }) => id === from) : 0
  if (start < 0) throw new MollieError(400, "Bad Request", "Invalid cursor value", "from")
  const limit = Number(call.query.get("limit") ?? "50")
  const page = newest.slice(start, start + limit)
  const next = newest[start + limit]
  const href = `${options.url()}/v2/${root}?from=${next?.id}&limit=${limit}`
  return json(200, {
    count: page.length,
    _embedded: { [root]: page },
    _links: { next: next ? { href, type: "application/hal+json" } : null },
  })
}

function show(payment: PlayedPayment, { url }: MollieApiOptions): MollieObject {
  const self = { href: `${url()}/v2/payments/${payment.id}`, type: "application/hal+json" }
  const checkout = { href: `${url()}/checkout/${payment.id}`, type: "text/html" }
  const dashboard = { href: `https://www.mollie.com/dashboard/payments/${payment.id}`, type: "text/html" }
  return { ...payment, _links: { self, dashboard, ...(payment.status === "open" ? { checkout } : {}) } }
}

/** A capture, refund or chargeback with its own address and its payment's. */
function withLinks(object: MollieObject, { url }: MollieApiOptions): MollieObject {
  const type = "application/hal+json"
  const payment = `${url()}/v2/payments/${String(object.paymentId)}`
  return {
    ...object,
    _links: {
      self: { href: `${payment}/${object.resource}s/${object.id}`, type },
      payment: { href: payment, type },
      documentation: { href: "https://docs.mollie.com/reference/payments-api", type: "text/html" },
    },
  }
}

function read(call: Call): Record<string, unknown> {
  return call.body.length === 0 ? {} : (JSON.parse(call.body.toString("utf8")) as Record<string, unknown>)
}

function notFound(): MollieError {
  return new MollieError(404, "Not Found", "Unknown endpoint")
}

function json(status: number, value: unknown): Answer {
  return { status, headers: { "content-type": "application/hal+json" }, body: JSON.stringify(value) }
}

function refuse({ status, title, message, field }: MollieError): Answer {
  const links = {
    documentation: { href: "https://docs.mollie.com/reference/handling-errors", type: "text/html" },
  }
  return json(status, { status, title, detail: message, ...(field ? { field } : {}), _links: links })
}

import { timingSafeEqual } from "node:crypto"
import type { Answer, Call } from "../../simulation/http-server"
import { RazorpayError, type PlayedLink, type RazorpayBooks, type RazorpayObject } from "./books"

export type RazorpayApiOptions = Readonly<{
  keyId: string
  keySecret: string
  url(): string
  /** The state of a refund that the API was asked for. */
  refundStatus: "processed" | "pending"
}>

/** Razorpay's v1 API: basic auth, JSON, and one refund per idempotency key. */
export function razorpayApi(books: RazorpayBooks, options: RazorpayApiOptions): (call: Call) => Answer {
  const refunds = new Map<string, Readonly<{ body: string; answer: Answer }>>()
  return (call) => {
    try {
      const wanted = `Basic ${Buffer.from(`${options.keyId}:${options.keySecret}`).toString("base64")}`
      if (!isSame(call.headers.authorization ?? "", wanted))
        throw new RazorpayError(401, "Authentication failed")
      const key = call.headers["x-refund-idempotency"]
      if (key === undefined) return answer(books, call, options)
      if (!/^[A-Za-z0-9_-]{10,}$/.test(key)) {
        throw new RazorpayError(400, "The idempotency key must be at least 10 characters long.")
      }
      const body = call.body.toString("utf8")
      const known = refunds.get(key)
      if (known && known.body !== body) {
        throw new RazorpayError(
          409,
          "Different request with the same idempotency key has already been processed."
        )
      }
      const given = known?.answer ?? answer(books, call, options)
      refunds.set(key, { body, answer: given })
      return given
    } catch (error) {
      return refuse(error instanceof RazorpayError ? error : new RazorpayError(400, (error as Error).message))
    }
  }
}

function answer(books: RazorpayBooks, call: Call, options: RazorpayApiOptions): Answer {
  const [, version, root = "", id, part] = call.path.split("/")
  const get = call.method === "GET"
  if (version !== "v1") throw notFound()
  const lists: Record<string, readonly RazorpayObject[]> = {
    payments: books.payments,
    refunds: books.refunds,
    settlements: books.settlements,
  }
  if (root === "payment_links") return answerLinks(books, call, id, part, options)
  if (get && id === undefined && lists[root]) return list(within(lists[root], call), call)
  if (get && root === "orders" && part === "payments") {
    return list(books.payments.filter(({ order_id: order }) => order === id))
  }
  if (root !== "payments" || id === undefined) throw notFound()
  if (get && part === undefined) return json(books.paymentOf(id))
  if (get && part === "refunds") return list(books.refunds.filter(({ payment_id: of }) => of === id))
  const input = read(call)
  if (!get && part === "capture") {
    if (input.currency !== books.paymentOf(id).currency)
      throw new RazorpayError(400, "The currency differs", "currency")
    return json(books.capture(id, Number(input.amount)))
  }
  if (get || part !== "refund") throw notFound()
  return json(books.refund(id, Number(input.amount), input.notes ?? [], options.refundStatus))
}

function answerLinks(
  books: RazorpayBooks,
  call: Call,
  id: string | undefined,
  part: string | undefined,
  { url }: RazorpayApiOptions
): Answer {
  const show = (link: PlayedLink) => ({ ...link, short_url: `${url()}/rzp/${link.id}` })
  if (call.method === "GET" && id === undefined) {
    const wanted = call.query.get("reference_id")
    const found = books.links.filter(({ reference_id: own }) => wanted === null || own === wanted)
    return json({ payment_links: found.map(show) })
  }
  if (call.method === "GET" && id !== undefined && part === undefined) return json(show(books.linkOf(id)))
  if (call.method === "POST" && id === undefined) return json(show(books.create(read(call))))
  if (call.method === "POST" && id !== undefined && part === "cancel") return json(show(books.cancel(id)))
  throw notFound()
}

function within(all: readonly RazorpayObject[], { query }: Call): RazorpayObject[] {
  const [from, to] = [Number(query.get("from") ?? 0), Number(query.get("to") ?? Infinity)]
  return all.filter(({ created_at: at }) => at >= from && at <= to)
}

/** The newest first, 10 by default and 100 at most. */
function list(all: readonly RazorpayObject[], call?: Call): Answer {
  const count = Math.min(Number(call?.query.get("count") ?? 10), 100)
  const skip = Number(call?.query.get("skip") ?? 0)
  const items = call ? [...all].reverse().slice(skip, skip + count) : [...all].reverse()
  return json({ entity: "collection", count: items.length, items })
}

function read(call: Call): Record<string, unknown> {
  return call.body.length === 0 ? {} : (JSON.parse(call.body.toString("utf8")) as Record<string, unknown>)
}

function json(value: unknown): Answer {
  return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(value) }
}

function refuse({ status, message, field }: RazorpayError): Answer {
  const error = {
    code: "BAD_REQUEST_ERROR",
    description: message,
    source: "business",
    step: "NA",
    reason: "NA",
    metadata: {},
  }
  return { ...json({ error: { ...error, ...(field ? { field } : {}) } }), status }
}

function notFound(): RazorpayError {
  return new RazorpayError(400, "The requested URL was not found on the server.")
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

import { z } from "@medusajs/framework/zod"
import {
  fromMinorUnits,
  GatewayRefusedError,
  hostOf,
  readJson,
  toMinorUnits,
  type Account,
  type Expected,
  type HttpRequest,
  type Io,
  type Json,
  type Operations,
  type PaymentEvent,
} from "medusa-plugin-ipn/gateway"
import type { ExamplePayOptions } from "./options"
import { about, readPayment, typeOf, units } from "./payment"

/** Fixed here: an address from a message is never followed. */
const hosts = { live: "https://api.example.com", test: "https://sandbox.example.com" } as const

const created = z.looseObject({ id: z.string().min(1), page: z.url() })
const refunded = z.looseObject({ id: z.string().min(1), amount: units, payment: z.unknown() })

/** https://docs.example.com/api */
export const operations: Operations<ExamplePayOptions> = {
  async create({ reference, money, notifyUrl, returnUrl, cancelUrl, email }, account, io) {
    const [amount, currency] = [String(toMinorUnits(money)), money.currency]
    const answer = await call(account, io, {
      method: "POST",
      path: "/payments",
      // Another amount for the same reference is another payment, so the key holds it.
      idempotencyKey: `${reference}-${amount}-${currency}`,
      body: { reference, amount, currency, email, notifyUrl, returnUrl, cancelUrl },
    })
    const { id, page } = created.parse(answer)
    return { gatewayPayment: id, next: { kind: "redirect", url: page } }
  },

  async fetch(expected, account, io) {
    const events: PaymentEvent[] = []
    for (const id of expected.gatewayPayments) {
      const answer = await call(account, io, { method: "GET", path: `/payments/${encodeURIComponent(id)}` })
      if (answer === undefined) continue
      const payment = readPayment(answer)
      // The same state has the same key, however often it is asked for.
      const key = `${payment.id}:${payment.status}:${payment.captured}:${payment.refunded}`
      events.push({ key, ...about(payment), type: typeOf(payment) })
    }
    return events
  },

  async refund({ expected, money, key }, account, io) {
    const answer = await call(account, io, {
      method: "POST",
      path: `/payments/${encodeURIComponent(paymentOf(expected))}/refunds`,
      idempotencyKey: key,
      body: { amount: String(toMinorUnits(money)) },
    })
    const { id, amount, payment } = refunded.parse(answer)
    const told = about(readPayment(payment))
    return [
      {
        key: `refund:${id}`,
        ...told,
        type: "refund.succeeded",
        resource: id,
        money: fromMinorUnits(amount, money.currency),
      },
    ]
  },
}

function paymentOf({ gatewayPayments }: Expected): string {
  const id = gatewayPayments.at(-1)
  if (id === undefined) throw new GatewayRefusedError("the payment was never started at Example Pay.")
  return id
}

type Call = Readonly<{
  method: HttpRequest["method"]
  path: string
  idempotencyKey?: string
  body?: object
}>

/**
 * One call; undefined when the gateway knows no such thing.
 * @throws GatewayRefusedError when it says no for good; Error when it cannot answer now and the call is tried again.
 */
async function call(
  account: Account<ExamplePayOptions>,
  io: Io,
  { method, path, idempotencyKey, body }: Call
): Promise<Json | undefined> {
  const response = await io.request({
    method,
    url: `${hostOf(account, hosts)}${path}`,
    headers: {
      authorization: `Bearer ${account.config.apiKey}`,
      ...(body ? { "content-type": "application/json" } : {}),
      ...(idempotencyKey ? { "idempotency-key": idempotencyKey } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  const { status } = response
  if (status >= 200 && status < 300) return readJson(response.body, { numbers: "text" })
  if (status === 404 && method === "GET") return undefined
  const passes = status < 400 || status >= 500 || status === 408 || status === 429
  if (passes) throw new Error(`Example Pay answered ${status}`)
  throw new GatewayRefusedError(`it answered ${status}.`)
}

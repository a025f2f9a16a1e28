import { z } from "@medusajs/framework/zod"
import { fromDecimal } from "../../domain/money"
import type { PaymentEvent, PaymentEventType } from "../../domain/payment-event"
import {
  GatewayRefusedError,
  type Account,
  type CreateInput,
  type Created,
  type Expected,
  type HttpRequest,
  type Io,
  type MoneyInput,
  type Operations,
} from "../gateway"
import { readJson, type Json } from "../verification/strict-json"
import type { SandboxOptions } from "./options"
import { amount, describePayment, id, payment, readState } from "./payment"

const created = z.looseObject({ id, url: z.string() })
const object = z.looseObject({ id, amount, status: z.enum(["pending", "succeeded", "failed"]) })
const dispute = z.looseObject({ id, amount, status: z.enum(["opened", "updated", "won", "lost"]) })
/** A payment as the API shows it: with its refunds and disputes, and the captures that failed. */
const wholePayment = payment.extend({
  failed_captures: z.array(object).default([]),
  refunds: z.array(object).default([]),
  disputes: z.array(dispute).default([]),
})
const found = z.looseObject({ payments: z.array(wholePayment), more: z.boolean().default(false) })
const refusal = z.looseObject({ error: z.looseObject({ message: z.string() }) })
const moved = z.looseObject({
  payment,
  object,
})

/** The sandbox's own small API; every call that moves money carries an `Idempotency-Key`. */
export const operations: Operations<SandboxOptions> = {
  async create(input, account, io) {
    const { amount, currency } = input.money
    // Another amount is another payment: the sandbox refuses a key that comes again with other parameters.
    const key = `${input.reference}-${amount}-${currency}`
    const answer = await call(account, io, "POST", "/payments", key, {
      reference: input.reference,
      amount,
      currency,
      notify_url: input.notifyUrl,
      return_url: input.returnUrl,
      cancel_url: input.cancelUrl,
      ...(input.email ? { email: input.email } : {}),
      ...(input.description ? { description: input.description } : {}),
    })
    const { id, url } = created.parse(accepted(answer))
    if (!url.startsWith(`${account.config.url}/`))
      throw new Error("the sandbox names a page that is not its own")
    return {
      gatewayPayment: id,
      next: account.config.pay === "transfer" ? transferOf(id, input, io.now()) : { kind: "redirect", url },
    }
  },

  async fetch(expected, account, io) {
    const known = expected.gatewayPayments.at(-1)
    if (known === undefined) {
      const query = `/payments?reference=${encodeURIComponent(expected.reference)}`
      return found.parse(accepted(await call(account, io, "GET", query))).payments.flatMap(readWhole)
    }
    const answer = await call(account, io, "GET", pathOf(expected))
    return answer.status === 404 ? [] : readWhole(wholePayment.parse(accepted(answer)))
  },

  async *list({ from, to }, account, io) {
    const period = `from=${Math.floor(from.getTime() / 1000)}&to=${Math.ceil(to.getTime() / 1000)}`
    let after = ""
    for (let more = true; more;) {
      const page = found.parse(accepted(await call(account, io, "GET", `/payments?${period}${after}`)))
      yield page.payments.flatMap(readWhole)
      const last = page.payments.at(-1)
      more = page.more && last !== undefined
      after = `&after=${encodeURIComponent(last?.id ?? "")}`
    }
  },

  capture: async (input, account, io) => [await move("captures", input, account, io)],
  refund: async (input, account, io) => [await move("refunds", input, account, io)],

  async cancel({ expected, key }, account, io) {
    const answer = await call(account, io, "POST", `${pathOf(expected)}/cancel`, key, {})
    return [readState(payment.parse(accepted(answer)))]
  },
}

/** The payment, then each failed capture, refund and dispute of it: the same statement has the same key, however often it is asked. */
function readWhole({
  failed_captures,
  refunds,
  disputes,
  ...payment
}: z.infer<typeof wholePayment>): PaymentEvent[] {
  const about = { test: true, ...describePayment(payment) }
  const told = (what: string, type: PaymentEventType, { id, amount, status }: Told): PaymentEvent => ({
    key: `${what}:${id}:${status}`,
    type,
    ...about,
    resource: id,
    money: fromDecimal(amount, payment.currency),
  })
  return [
    readState(payment),
    ...failed_captures.map((capture) => told("captures", "capture.failed", capture)),
    ...refunds.map((refund) => told("refunds", `refund.${refund.status}`, refund)),
    ...disputes.map((one) => told("disputes", `dispute.${one.status}`, one)),
  ]
}

/** A bank transfer to an account that is nobody's: the sandbox's dashboard says when it came. */
function transferOf(id: string, { money }: CreateInput, now: Date): Created["next"] {
  const reference = `SANDBOX ${id.slice(-8).toUpperCase()}`
  const lines = [
    "Sandbox Bank",
    "IBAN XX00 0000 0000 0000 0000 00",
    `Amount ${money.amount} ${money.currency.toUpperCase()}`,
  ]
  return {
    kind: "instructions",
    lines,
    reference,
    dueAt: new Date(now.getTime() + 7 * 86_400_000),
    qr: [...lines, reference].join("\n"),
  }
}

type Told = Readonly<{ id: string; amount: string; status: string }>

async function move(
  what: "captures" | "refunds",
  { expected, money, key }: MoneyInput,
  account: Account<SandboxOptions>,
  io: Io
): Promise<PaymentEvent> {
  const body = { amount: money.amount, currency: money.currency }
  const answer = await call(account, io, "POST", `${pathOf(expected)}/${what}`, key, body)
  const { payment, object } = moved.parse(accepted(answer))
  const failed = what === "captures" ? "capture.failed" : "refund.failed"
  const done = what === "captures" ? "payment.captured" : "refund.succeeded"
  const waiting = what === "captures" ? "payment.authorized" : "refund.pending"
  return {
    key: `${what}:${object.id}:${object.status}`,
    type: object.status === "succeeded" ? done : object.status === "failed" ? failed : waiting,
    test: true,
    ...describePayment(payment),
    resource: object.id,
    money: fromDecimal(object.amount, payment.currency),
  }
}

function pathOf(expected: Expected): string {
  const known = expected.gatewayPayments.at(-1)
  if (known === undefined) throw new GatewayRefusedError("The sandbox has no payment for this session.")
  return `/payments/${encodeURIComponent(known)}`
}

type Answer = Readonly<{ status: number; json: Json }>

async function call(
  { config }: Account<SandboxOptions>,
  io: Io,
  method: HttpRequest["method"],
  path: string,
  idempotencyKey?: string,
  body?: Readonly<Record<string, string>>
): Promise<Answer> {
  const { status, body: bytes } = await io.request({
    method,
    url: `${config.url}${path}`,
    headers: {
      authorization: `Bearer ${config.apiKey}`,
      accept: "application/json",
      ...(body ? { "content-type": "application/json" } : {}),
      ...(idempotencyKey ? { "idempotency-key": idempotencyKey } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  if (status >= 500 || status === 408 || status === 429) throw new Error(`the sandbox answered ${status}`)
  return { status, json: readJson(bytes) }
}

/** What the sandbox answered. @throws GatewayRefusedError with the sandbox's sentence when it said no. */
function accepted({ status, json }: Answer): Json {
  if (status >= 200 && status < 300) return json
  const said = refusal.safeParse(json)
  throw new GatewayRefusedError(said.data?.error.message ?? `The sandbox answered ${status}.`)
}

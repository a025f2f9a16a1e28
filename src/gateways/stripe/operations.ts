import { z } from "@medusajs/framework/zod"
import { compare } from "../../domain/money"
import type { PaymentEvent } from "../../domain/payment-event"
import { GatewayRefusedError, type Expected, type Io, type Operations } from "../gateway"
import { callStripe, StripeRefusal } from "./api"
import type { StripeAccount, StripeConfig } from "./config"
import { fromStripeAmount, toStripeAmount } from "./minor-units"
import { stripeObjects, type CheckoutSession, type PaymentIntent } from "./objects"
import { readDispute } from "./read-dispute"
import { readIntent } from "./read-intent"
import { readRefund } from "./read-refund"
import { readSession } from "./read-session"
import type { Statement } from "./statement"

/** Making and changing payments with Stripe Checkout. https://docs.stripe.com/payments/checkout */
export const stripeOperations: Operations<StripeConfig> = {
  async create(input, account, io) {
    const { captureMethod, paymentMethodTypes, expiresAfterMinutes } = account.config
    const description = input.description ?? "Order"
    const expiresAt = expiresAfterMinutes && Math.floor(io.now().getTime() / 1000) + expiresAfterMinutes * 60
    const session = await callStripe(
      {
        method: "POST",
        path: "/v1/checkout/sessions",
        idempotencyKey: `create-${input.reference}`,
        params: [
          ["mode", "payment"],
          ["line_items[0][quantity]", "1"],
          ["line_items[0][price_data][currency]", input.money.currency],
          ["line_items[0][price_data][unit_amount]", toStripeAmount(input.money)],
          ["line_items[0][price_data][product_data][name]", description],
          ["success_url", input.returnUrl],
          ["cancel_url", input.cancelUrl],
          ["client_reference_id", input.reference],
          ["metadata[ipn_reference]", input.reference],
          ["metadata[ipn_capture]", captureMethod],
          ["payment_intent_data[metadata][ipn_reference]", input.reference],
          ["payment_intent_data[description]", input.description],
          ["payment_intent_data[capture_method]", captureMethod === "manual" ? "manual" : undefined],
          // Stripe would else let the buyer pay a converted amount in another currency than the one we expect.
          ["adaptive_pricing[enabled]", "false"],
          ["customer_email", input.email],
          ["expires_at", expiresAt?.toString()],
          ...(paymentMethodTypes ?? []).map(
            (type, index) => [`payment_method_types[${index}]`, type] as const
          ),
        ],
      },
      stripeObjects.checkoutSession,
      account,
      io
    )
    if (!session.url) throw new Error(`Stripe gave no address for the checkout session ${session.id}`)
    return { gatewayPayment: session.id, next: { kind: "redirect", url: session.url } }
  },

  async fetch(expected, account, io) {
    const intents = new Map<string, PaymentIntent>()
    const statements: Statement[] = []
    for (const id of newestFirst(expected)) {
      if (id.startsWith("cs_")) {
        const session = await orUndefined(getSession(id, account, io))
        if (!session) continue
        const intent = session.payment_intent
        if (intent && typeof intent !== "string") intents.set(intent.id, intent)
        else statements.push(...readSession(session, io.now(), account.config.captureMethod))
      } else if (id.startsWith("pi_") && !intents.has(id)) {
        const intent = await orUndefined(getIntent(id, account, io))
        if (intent) intents.set(intent.id, intent)
      }
    }
    for (const intent of intents.values()) statements.push(...(await readWholePayment(intent, account, io)))
    return asEvents(statements, expected, account)
  },

  async capture({ expected, money, key }, account, io) {
    const id = await intentIdOf(expected, account, io)
    const call = post(`/v1/payment_intents/${id}/capture`, `capture-${key}`, [
      ["amount_to_capture", toStripeAmount(money)],
      ...expandCharge,
    ])
    const intent = await callStripe(call, stripeObjects.paymentIntent, account, io).catch((error) => {
      const done = intentIn(error, "succeeded")
      const received = done && fromStripeAmount(done.amount_received ?? 0, done.currency)
      if (done && received && received.currency === money.currency && compare(received, money) === 0)
        return done
      throw error
    })
    return asEvents(readIntent(intent, io.now()), expected, account)
  },

  async refund({ expected, money, key }, account, io) {
    const id = await intentIdOf(expected, account, io)
    const call = post("/v1/refunds", `refund-${key}`, [
      ["payment_intent", id],
      ["amount", toStripeAmount(money)],
      ["metadata[ipn_reference]", expected.reference],
    ])
    const refund = await callStripe(call, stripeObjects.refund, account, io)
    return asEvents(readRefund(refund, io.now()), expected, account)
  },

  async cancel({ expected, key }, account, io) {
    const ids = newestFirst(expected)
    for (const id of ids.filter((id) => id.startsWith("cs_"))) {
      const session = await getSession(id, account, io)
      if (session.status === "expired") {
        return asEvents(readSession(session, io.now(), account.config.captureMethod), expected, account)
      }
      if (session.status !== "open") continue
      const call = post(`/v1/checkout/sessions/${id}/expire`, `cancel-${key}`)
      const expired = await callStripe(call, stripeObjects.checkoutSession, account, io)
      return asEvents(readSession(expired, io.now(), account.config.captureMethod), expected, account)
    }
    const id = await intentIdOf(expected, account, io)
    const call = post(`/v1/payment_intents/${id}/cancel`, `cancel-${key}`)
    const intent = await callStripe(call, stripeObjects.paymentIntent, account, io).catch((error) => {
      const done = intentIn(error, "canceled")
      if (done) return done
      throw error
    })
    return asEvents(readIntent(intent, io.now()), expected, account)
  },
}

const expandCharge = [["expand[]", "latest_charge.balance_transaction"]] as const

function post(path: string, idempotencyKey: string, params: readonly (readonly [string, string])[] = []) {
  return { method: "POST", path, idempotencyKey, params } as const
}

function getIntent(id: string, account: StripeAccount, io: Io): Promise<PaymentIntent> {
  const call = { method: "GET", path: `/v1/payment_intents/${path(id)}`, params: expandCharge } as const
  return callStripe(call, stripeObjects.paymentIntent, account, io)
}

function getSession(id: string, account: StripeAccount, io: Io): Promise<CheckoutSession> {
  const params = [["expand[]", "payment_intent.latest_charge.balance_transaction"]] as const
  const call = { method: "GET", path: `/v1/checkout/sessions/${path(id)}`, params } as const
  return callStripe(call, stripeObjects.checkoutSession, account, io)
}

/** The payment with its refunds, and its disputes where Stripe says that there are some. */
async function readWholePayment(intent: PaymentIntent, account: StripeAccount, io: Io): Promise<Statement[]> {
  const statements = readIntent(intent, io.now())
  const charge = intent.latest_charge
  if (!charge || typeof charge === "string" || !charge.captured) return statements
  const params = [
    ["payment_intent", intent.id],
    ["limit", "100"],
  ] as const
  const list = <T>(path: string, item: z.ZodType<T>) =>
    callStripe({ method: "GET", path, params }, z.looseObject({ data: z.array(item) }), account, io)
  // Among the refunds of a partly captured payment Stripe lists what it released unpaid; there the totals tell enough.
  const partlyCaptured = (charge.amount_captured ?? charge.amount) < charge.amount
  const refunds = partlyCaptured ? [] : (await list("/v1/refunds", stripeObjects.refund)).data
  const disputes = charge.disputed ? (await list("/v1/disputes", stripeObjects.dispute)).data : []
  return [
    ...statements,
    ...refunds.flatMap((refund) => readRefund(refund, io.now())),
    ...disputes.flatMap((dispute) => readDispute(dispute, io.now(), true)),
  ]
}

/** The payment intent of a payment. A checkout session has one only once the buyer began to pay. */
async function intentIdOf(expected: Expected, account: StripeAccount, io: Io): Promise<string> {
  const ids = newestFirst(expected)
  const known = ids.find((id) => id.startsWith("pi_"))
  if (known) return path(known)
  for (const id of ids.filter((id) => id.startsWith("cs_"))) {
    const { payment_intent: intent } = await getSession(id, account, io)
    if (intent) return path(typeof intent === "string" ? intent : intent.id)
  }
  throw new GatewayRefusedError(
    `Stripe has no payment for ${expected.reference} yet: the buyer has not paid on Stripe's page.`
  )
}

/** Stripe's ids are letters, digits and underscores; anything else is none, and never becomes part of an address. */
function path(id: string): string {
  if (!/^(?:pi|cs)_[A-Za-z0-9_]{1,200}$/.test(id))
    throw new GatewayRefusedError(`"${id.slice(0, 40)}" is no id of Stripe`)
  return id
}

function newestFirst(expected: Expected): string[] {
  return [...new Set(expected.gatewayPayments)].reverse()
}

/** The answer, or undefined when Stripe knows no such object. */
async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (error instanceof StripeRefusal && error.code === "resource_missing") return undefined
    throw error
  })
}

function intentIn(error: unknown, status: string): PaymentIntent | undefined {
  if (!(error instanceof StripeRefusal) || error.code !== "payment_intent_unexpected_state") return undefined
  return error.intent?.status === status ? error.intent : undefined
}

/** Statements of Stripe's answers: the same answer has the same keys, however often it is asked. */
function asEvents(
  statements: readonly Statement[],
  expected: Expected,
  account: StripeAccount
): PaymentEvent[] {
  const events = statements.map((statement) => ({
    key: keyOf(statement),
    test: account.mode === "test",
    reference: expected.reference,
    ...statement,
  }))
  return [...new Map(events.map((event) => [event.key, event])).values()]
}

function keyOf({ gatewayPayment, resource, type, money, totals, fee }: Statement): string {
  const amounts = [money, totals?.authorized, totals?.captured, totals?.refunded, fee].map(
    (one) => one?.amount ?? "-"
  )
  return ["asked", gatewayPayment ?? "-", resource ?? "-", type, ...amounts].join(":")
}

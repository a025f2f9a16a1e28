import { createHash } from "node:crypto"
import { compare } from "../../domain/money"
import { GatewayRefusedError, type Expected, type Io, type Operations } from "../gateway"
import { callStripe, StripeRefusal } from "./api"
import {
  asEvents,
  expandCharge,
  getIntent,
  isStripeId,
  orUndefined,
  readWholePayment,
  stripePath,
} from "./ask-payment"
import type { StripeAccount, StripeConfig } from "./config"
import { listPayments } from "./list-payments"
import { fromStripeAmount, toStripeAmount } from "./minor-units"
import { stripeObjects, type CheckoutSession, type PaymentIntent } from "./objects"
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
    const params: readonly (readonly [string, string | undefined])[] = [
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
      ...(paymentMethodTypes ?? []).map((type, index) => [`payment_method_types[${index}]`, type] as const),
    ]
    const session = await callStripe(
      {
        method: "POST",
        path: "/v1/checkout/sessions",
        idempotencyKey: `create-${input.reference}-${digestOf(params)}`,
        params,
      },
      stripeObjects.checkoutSession,
      account,
      io
    )
    if (!session.url) throw new Error(`Stripe gave no address for the checkout session ${session.id}`)
    return { gatewayPayment: session.id, next: { kind: "redirect", url: session.url } }
  },

  answers: ({ config }) => config.apiKey !== undefined,

  async fetch(expected, account, io) {
    const intents = new Map<string, PaymentIntent>()
    const statements: Statement[] = []
    for (const id of newestFirst(expected).filter(isStripeId)) {
      if (id.startsWith("cs_")) {
        const session = await orUndefined(getSession(id, account, io))
        if (!session) continue
        const intent = session.payment_intent
        if (intent && typeof intent !== "string") intents.set(intent.id, intent)
        else statements.push(...readSession(session, io.now(), account.config.captureMethod))
      } else if (!intents.has(id)) {
        const intent = await orUndefined(getIntent(id, account, io))
        if (intent) intents.set(intent.id, intent)
      }
    }
    for (const intent of intents.values()) statements.push(...(await readWholePayment(intent, account, io)))
    return asEvents(statements, undefined, account)
  },

  list: listPayments,

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
    return asEvents(readIntent(intent, io.now()), expected.reference, account)
  },

  async refund({ expected, money, key }, account, io) {
    const id = await intentIdOf(expected, account, io)
    const call = post("/v1/refunds", `refund-${key}`, [
      ["payment_intent", id],
      ["amount", toStripeAmount(money)],
      ["metadata[ipn_reference]", expected.reference],
    ])
    const refund = await callStripe(call, stripeObjects.refund, account, io)
    return asEvents(readRefund(refund, io.now()), expected.reference, account)
  },

  async cancel({ expected, key }, account, io) {
    const ids = newestFirst(expected)
    for (const id of ids.filter((id) => id.startsWith("cs_"))) {
      const session = await getSession(id, account, io)
      if (session.status === "expired") {
        return asEvents(
          readSession(session, io.now(), account.config.captureMethod),
          expected.reference,
          account
        )
      }
      if (session.status !== "open") continue
      const call = post(`/v1/checkout/sessions/${id}/expire`, `cancel-${key}`)
      const expired = await callStripe(call, stripeObjects.checkoutSession, account, io)
      return asEvents(
        readSession(expired, io.now(), account.config.captureMethod),
        expected.reference,
        account
      )
    }
    const id = await intentIdOf(expected, account, io)
    const call = post(`/v1/payment_intents/${id}/cancel`, `cancel-${key}`)
    const intent = await callStripe(call, stripeObjects.paymentIntent, account, io).catch((error) => {
      const done = intentIn(error, "canceled")
      if (done) return done
      throw error
    })
    return asEvents(readIntent(intent, io.now()), expected.reference, account)
  },
}

/**
 * Stripe refuses a key that comes again with other parameters: another amount for the same reference is another page.
 * https://docs.stripe.com/api/idempotent_requests
 */
function digestOf(params: readonly (readonly [string, string | undefined])[]): string {
  return createHash("sha256").update(JSON.stringify(params)).digest("hex").slice(0, 16)
}

function post(path: string, idempotencyKey: string, params: readonly (readonly [string, string])[] = []) {
  return { method: "POST", path, idempotencyKey, params } as const
}

function getSession(id: string, account: StripeAccount, io: Io): Promise<CheckoutSession> {
  const params = [["expand[]", "payment_intent.latest_charge.balance_transaction"]] as const
  const call = { method: "GET", path: `/v1/checkout/sessions/${stripePath(id)}`, params } as const
  return callStripe(call, stripeObjects.checkoutSession, account, io)
}

/** The payment intent of a payment. A checkout session has one only once the buyer began to pay. */
async function intentIdOf(expected: Expected, account: StripeAccount, io: Io): Promise<string> {
  const ids = newestFirst(expected)
  const known = ids.find((id) => id.startsWith("pi_"))
  if (known) return stripePath(known)
  for (const id of ids.filter((id) => id.startsWith("cs_"))) {
    const { payment_intent: intent } = await getSession(id, account, io)
    if (intent) return stripePath(typeof intent === "string" ? intent : intent.id)
  }
  throw new GatewayRefusedError(
    `Stripe has no payment for ${expected.reference} yet: the buyer has not paid on Stripe's page.`
  )
}

function newestFirst(expected: Expected): string[] {
  return [...new Set(expected.gatewayPayments)].reverse()
}

function intentIn(error: unknown, status: string): PaymentIntent | undefined {
  if (!(error instanceof StripeRefusal) || error.code !== "payment_intent_unexpected_state") return undefined
  return error.intent?.status === status ? error.intent : undefined
}

import { z } from "@medusajs/framework/zod"
import type { PaymentEvent } from "../../domain/payment-event"
import { GatewayRefusedError, type Io } from "../gateway"
import { callStripe, StripeRefusal } from "./api"
import type { StripeAccount } from "./config"
import { stripeObjects, type PaymentIntent } from "./objects"
import { readDispute } from "./read-dispute"
import { readIntent } from "./read-intent"
import { readRefund } from "./read-refund"
import type { Statement } from "./statement"

export const expandCharge = [["expand[]", "latest_charge.balance_transaction"]] as const

/** A payment intent with its charge and the charge's fee. */
export function getIntent(id: string, account: StripeAccount, io: Io): Promise<PaymentIntent> {
  const call = { method: "GET", path: `/v1/payment_intents/${stripePath(id)}`, params: expandCharge } as const
  return callStripe(call, stripeObjects.paymentIntent, account, io)
}

/**
 * The payment with its refunds, and its disputes where Stripe says that there are some. Not `thorough`: refunds are asked
 * for only where the charge says that something went back.
 */
export async function readWholePayment(
  intent: PaymentIntent,
  account: StripeAccount,
  io: Io,
  { thorough = true }: { thorough?: boolean } = {}
): Promise<Statement[]> {
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
  const hasRefunds = thorough || (charge.amount_refunded ?? 0) > 0
  const refunds = partlyCaptured || !hasRefunds ? [] : (await list("/v1/refunds", stripeObjects.refund)).data
  const disputes = charge.disputed ? (await list("/v1/disputes", stripeObjects.dispute)).data : []
  return [
    ...statements,
    ...refunds.flatMap((refund) => readRefund(refund, io.now())),
    ...disputes.flatMap((dispute) => readDispute(dispute, io.now(), true)),
  ]
}

/** The answer, or undefined when Stripe knows no such object. */
export async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (error instanceof StripeRefusal && error.code === "resource_missing") return undefined
    throw error
  })
}

/** Whether it is the id of a payment intent or checkout session. */
export function isStripeId(id: string): boolean {
  return /^(?:pi|cs)_[A-Za-z0-9_]{1,200}$/.test(id)
}

/** Stripe's ids are letters, digits and underscores; anything else is none, and never becomes part of an address. */
export function stripePath(id: string): string {
  if (!isStripeId(id)) throw new GatewayRefusedError(`"${id.slice(0, 40)}" is no id of Stripe`)
  return id
}

/** Statements of Stripe's answers: the same answer has the same keys, however often it is asked. */
export function asEvents(
  statements: readonly Statement[],
  reference: string | undefined,
  account: StripeAccount
): PaymentEvent[] {
  const events = statements.map((statement) => ({
    key: keyOf(statement),
    test: account.mode === "test",
    ...(reference ? { reference } : {}),
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

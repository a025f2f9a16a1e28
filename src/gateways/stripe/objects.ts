import { z } from "@medusajs/framework/zod"
import { readJson, type Json } from "../verification/strict-json"

/** JSON of Stripe, numbers as their text. @throws SyntaxError when readers could disagree on it. */
export function readStripeJson(bytes: Uint8Array): Json {
  return readJson(bytes, { numbers: "text" })
}

/*
 * The parts of Stripe's objects that we rely on; everything else passes unread. Field names and values:
 * https://docs.stripe.com/api and the types of the `stripe` package 23.1.0. Numbers arrive as their text
 * (as `readStripeJson` gives them), so that a rate with many digits in a field we never read stops nothing.
 */
const count = z
  .string()
  .regex(/^\d{1,15}$/, "is not a whole number")
  .transform(Number)
const signedCount = z
  .string()
  .regex(/^-?\d{1,15}$/, "is not a whole number")
  .transform(Number)
/** Seconds since 1970. */
const moment = z
  .string()
  .regex(/^\d{1,11}$/, "is not a time in seconds")
  .transform((seconds) => new Date(Number(seconds) * 1000))
const currency = z.string().regex(/^[a-z]{3}$/i, "is not a currency code")
const id = z.string().min(1).max(255)
/** Stripe writes another object as its id, or whole where the call asked for it. */
const link = z.union([id, z.looseObject({ id }).transform((object) => object.id)]).nullish()
const metadata = z.record(z.string(), z.string()).nullish()
const text = z.string().nullish()

const balanceTransaction = z.looseObject({ fee: signedCount, net: signedCount, currency })

const refund = z.looseObject({
  id,
  amount: count,
  currency,
  status: text,
  payment_intent: link,
  charge: link,
  metadata,
  failure_reason: text,
  reason: text,
})

const charge = z.looseObject({
  id,
  amount: count,
  amount_captured: count.nullish(),
  amount_refunded: count.nullish(),
  captured: z.boolean(),
  created: moment,
  currency,
  status: z.string(),
  payment_intent: link,
  metadata,
  failure_code: text,
  failure_message: text,
  disputed: z.boolean().nullish(),
  balance_transaction: z.union([id, balanceTransaction]).nullish(),
  /** A list in API versions before 2022-11-15. */
  refunds: z.looseObject({ data: z.array(refund).nullish() }).nullish(),
})

const paymentIntent = z.looseObject({
  id,
  amount: count,
  amount_capturable: count.nullish(),
  amount_received: count.nullish(),
  currency,
  status: z.string(),
  metadata,
  cancellation_reason: text,
  next_action: z.looseObject({ type: z.string() }).nullish(),
  last_payment_error: z.looseObject({ code: text, decline_code: text, message: text }).nullish(),
  latest_charge: z.union([id, charge]).nullish(),
})

const checkoutSession = z.looseObject({
  id,
  mode: z.string(),
  status: text,
  payment_status: z.string(),
  amount_total: count.nullish(),
  currency: currency.nullish(),
  payment_intent: z.union([id, paymentIntent]).nullish(),
  payment_link: link,
  client_reference_id: text,
  metadata,
  url: text,
})

const dispute = z.looseObject({
  id,
  amount: count,
  currency,
  status: z.string(),
  reason: text,
  payment_intent: link,
  charge: link,
  metadata,
  balance_transactions: z.array(balanceTransaction).nullish(),
  evidence_details: z.looseObject({ due_by: moment.nullish() }).nullish(),
})

const payout = z.looseObject({
  id,
  amount: signedCount,
  currency,
  status: z.string(),
  failure_code: text,
  failure_message: text,
})

/** Radar's early fraud warnings and reviews. */
const warning = z.looseObject({
  id,
  charge: link,
  payment_intent: link,
  fraud_type: text,
  reason: text,
})

const event = z.looseObject({
  id,
  type: z.string(),
  livemode: z.boolean(),
  created: moment,
  /** The connected account that the event is about; absent for one's own. */
  account: id.nullish(),
  data: z.looseObject({ object: z.looseObject({}) }),
})

export const stripeObjects = {
  event,
  paymentIntent,
  charge,
  checkoutSession,
  refund,
  dispute,
  payout,
  warning,
} as const

export type StripeEvent = z.infer<typeof event>
export type PaymentIntent = z.infer<typeof paymentIntent>
export type Charge = z.infer<typeof charge>
export type CheckoutSession = z.infer<typeof checkoutSession>
export type Refund = z.infer<typeof refund>
export type Dispute = z.infer<typeof dispute>
export type Payout = z.infer<typeof payout>
export type Warning = z.infer<typeof warning>

import { z } from "@medusajs/framework/zod"
import { readJson, type Json } from "../verification/strict-json"

/** JSON of Razorpay, numbers as their text. @throws SyntaxError when readers could disagree on it. */
export function readRazorpayJson(bytes: Uint8Array): Json {
  return readJson(bytes, { numbers: "text" })
}

/*
 * The parts of Razorpay's objects that we rely on; everything else passes unread. Field names and values:
 * https://razorpay.com/docs/api/payments/entity/, /api/refunds/entity/, /api/disputes/entity/, /api/settlements/entity/
 * and /api/payments/payment-links/entity/. Numbers arrive as their text (as `readRazorpayJson` gives them).
 */
const count = z
  .string()
  .regex(/^\d{1,15}$/, "is not a whole number")
  .transform(BigInt)
/** Seconds since 1970; 0 stands for never. */
const moment = z
  .string()
  .regex(/^\d{1,11}$/, "is not a time in seconds")
  .transform((seconds) => new Date(Number(seconds) * 1000))
const currency = z.string().regex(/^[A-Za-z]{3}$/, "is not a currency code")
const id = z.string().min(1).max(255)
const text = z.string().nullish()
/** Empty notes arrive as `[]`. */
const notes = z.unknown()

const payment = z.looseObject({
  id,
  amount: count,
  currency,
  base_currency: text,
  status: z.string(),
  captured: z.boolean().nullish(),
  notes,
  fee: count.nullish(),
  created_at: moment,
  error_code: text,
  error_description: text,
  error_reason: text,
})

const refund = z.looseObject({
  id,
  amount: count,
  currency,
  payment_id: id,
  status: text,
  notes,
  created_at: moment,
})

const paymentLink = z.looseObject({
  id,
  amount: count,
  currency,
  status: z.string(),
  notes,
  order_id: text,
  short_url: text,
  created_at: moment,
  updated_at: moment.nullish(),
  expired_at: moment.nullish(),
  cancelled_at: moment.nullish(),
  payments: z.array(z.looseObject({ payment_id: text })).nullish(),
})

const dispute = z.looseObject({
  id,
  payment_id: id,
  amount: count,
  currency,
  amount_deducted: count.nullish(),
  reason_code: text,
  reason_description: text,
  respond_by: moment.nullish(),
  status: z.string(),
  phase: text,
})

const settlement = z.looseObject({
  id,
  amount: count,
  status: z.string(),
  fees: count.nullish(),
  utr: text,
  created_at: moment,
})

const holding = z.looseObject({ entity: z.looseObject({}) }).nullish()

/** The envelope of a webhook. https://razorpay.com/docs/webhooks/payments/ */
const event = z.looseObject({
  entity: z.literal("event"),
  account_id: text,
  event: z.string(),
  created_at: moment,
  payload: z.looseObject({
    payment: holding,
    refund: holding,
    payment_link: holding,
    dispute: holding,
    settlement: holding,
  }),
})

export const razorpayObjects = { dispute, event, payment, paymentLink, refund, settlement } as const

export type RazorpayEvent = z.infer<typeof event>
export type RazorpayPayment = z.infer<typeof payment>
export type RazorpayRefund = z.infer<typeof refund>
export type RazorpayLink = z.infer<typeof paymentLink>
export type RazorpayDispute = z.infer<typeof dispute>
export type RazorpaySettlement = z.infer<typeof settlement>

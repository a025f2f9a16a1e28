import { z } from "@medusajs/framework/zod"
import { readJson, type Json } from "../verification/strict-json"

/** JSON of Paystack, numbers as their text: it writes an amount once as a number and once as a text. */
export function readPaystackJson(bytes: Uint8Array): Json {
  return readJson(bytes, { numbers: "text" })
}

/*
 * The parts of Paystack's objects that we rely on; everything else passes unread. Field names and values:
 * https://paystack.com/docs/api/ and https://paystack.com/docs/payments/webhooks/#supported-events
 */
const subunits = z.string().regex(/^\d{1,18}$/, "is not a whole number")
const currency = z.string().regex(/^[a-z]{3}$/i, "is not a currency code")
const id = z.string().min(1).max(200)
const text = z.string().nullish()
const moment = z
  .string()
  .nullish()
  .transform((written) => {
    const at = written ? new Date(written) : undefined
    return at && !Number.isNaN(at.getTime()) ? at : undefined
  })

const transaction = z.looseObject({
  id,
  domain: z.string(),
  status: z.string(),
  reference: id,
  amount: subunits,
  currency,
  /** An object, its text, or `0` or `""` where there is none. */
  metadata: z.unknown(),
  fees: subunits.nullish(),
  gateway_response: text,
  paid_at: moment,
  created_at: moment,
})

/** What a message says of a refund; older ones have no `id`, and no `refund_reference` before it is paid. */
const refundNotice = z.looseObject({
  status: z.string(),
  transaction_reference: id,
  refund_reference: text,
  id: id.nullish(),
  amount: subunits,
  currency,
  domain: z.string(),
})

/** A refund as the API has it. */
const refund = z.looseObject({
  id,
  transaction: z.union([id, z.looseObject({ id }).transform((object) => object.id)]),
  status: z.string(),
  amount: subunits,
  currency,
  merchant_note: text,
  /** The dispute that the money went back for, if it did. */
  dispute: z.unknown(),
  createdAt: moment,
})

const dispute = z.looseObject({
  id,
  refund_amount: subunits.nullish(),
  currency: currency.nullish(),
  status: z.string(),
  resolution: text,
  domain: z.string(),
  category: text,
  transaction: z.looseObject({ reference: id, amount: subunits, currency, metadata: z.unknown() }),
  dueAt: moment,
  resolvedAt: moment,
  created_at: moment,
  updated_at: moment,
})

const message = z.looseObject({ event: z.string().min(1).max(100), data: z.looseObject({}) })

export const paystackObjects = { message, transaction, refundNotice, refund, dispute } as const

export type Transaction = z.infer<typeof transaction>
export type RefundNotice = z.infer<typeof refundNotice>
export type Refund = z.infer<typeof refund>
export type Dispute = z.infer<typeof dispute>

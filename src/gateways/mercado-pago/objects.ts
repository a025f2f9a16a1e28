import { z } from "@medusajs/framework/zod"
import { readJson, type Json } from "../verification/strict-json"

/** JSON of Mercado Pago, numbers as their text: amounts are decimals written as JSON numbers. */
export function readMercadoPagoJson(bytes: Uint8Array): Json {
  return readJson(bytes, { numbers: "text" })
}

/*
 * The parts of Mercado Pago's objects that we rely on; everything else passes unread. Field names and values: the types
 * of the `mercadopago` package 3.6.1 and https://www.mercadopago.com.ar/developers/en/reference
 */
const id = z.string().min(1).max(64)
const text = z.string().nullish()
const decimal = z.string().regex(/^\d{1,18}(\.\d{1,10})?$/, "is not an amount")
const signedDecimal = z.string().regex(/^-?\d{1,18}(\.\d{1,10})?$/, "is not an amount")
const currency = z.string().regex(/^[A-Z]{3}$/, "is not a currency code")
const flag = z.union([z.boolean(), z.enum(["true", "false"]).transform((word) => word === "true")]).nullish()
const moment = z
  .string()
  .nullish()
  .transform((written) => {
    const at = written ? new Date(written) : undefined
    return at && !Number.isNaN(at.getTime()) && at.getUTCFullYear() >= 1970 ? at : undefined
  })

const refund = z.looseObject({ id, amount: decimal, status: text, date_created: moment, reason: text })

const payment = z.looseObject({
  id,
  status: z.string(),
  status_detail: text,
  currency_id: currency,
  transaction_amount: decimal,
  transaction_amount_refunded: decimal.nullish(),
  captured: flag,
  live_mode: flag,
  external_reference: text,
  collector_id: id.nullish(),
  fee_details: z.array(z.looseObject({ amount: signedDecimal, fee_payer: text })).nullish(),
  transaction_details: z.looseObject({ net_received_amount: signedDecimal.nullish() }).nullish(),
  refunds: z.array(refund).nullish(),
  date_created: moment,
  date_approved: moment,
  date_last_updated: moment,
  date_of_expiration: moment,
})

const chargeback = z.looseObject({
  id,
  payments: z.array(z.union([id, z.looseObject({ id: id.optional() }).transform((one) => one.id)])).nullish(),
  currency: currency.nullish(),
  amount: decimal.nullish(),
  coverage_applied: flag,
  documentation_status: text,
  date_documentation_deadline: moment,
  date_created: moment,
  date_last_updated: moment,
  live_mode: flag,
})

const merchantOrder = z.looseObject({ payments: z.array(z.looseObject({ id })).nullish() })

const preference = z.looseObject({ id, init_point: text, sandbox_init_point: text })

const search = z.looseObject({ results: z.array(payment) })

export const mercadoPagoObjects = { payment, refund, chargeback, merchantOrder, preference, search } as const

export type Payment = z.infer<typeof payment>
export type Refund = z.infer<typeof refund>
export type Chargeback = z.infer<typeof chargeback>

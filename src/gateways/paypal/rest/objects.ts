import { z } from "@medusajs/framework/zod"
import { fromDecimal, type Money } from "../../../domain/money"
import { readJson } from "../../verification/strict-json"

/*
 * The parts of PayPal's objects that we rely on; everything else passes unread. Field names and values:
 * https://developer.paypal.com/docs/api/orders/v2/, .../payments/v2/, .../customer-disputes/v1/,
 * .../payments.payouts-batch/v1/ (read 2026-11-22)
 */
const id = z.string().regex(/^[\w-]{1,64}$/, "is no id of PayPal")
const text = z.string().nullish()
const moment = z
  .string()
  .nullish()
  .transform((written) => {
    const date = new Date(written ?? Number.NaN)
    return Number.isNaN(date.getTime()) ? undefined : date
  })
/** May be negative, as what is left of a small payment after PayPal's fee. */
const signedMoney = z
  .looseObject({ currency_code: z.string(), value: z.string() })
  .transform(({ value, currency_code }) => fromDecimal(value, currency_code))
const isNotNegative = ({ amount }: Money) => !amount.startsWith("-")
const money = signedMoney.refine(isNotNegative, "an amount is not negative")
/** The Payouts API names the currency otherwise. */
const payoutMoney = z
  .looseObject({ currency: z.string(), value: z.string() })
  .transform(({ value, currency }) => fromDecimal(value, currency))
  .refine(isNotNegative, "an amount is not negative")
const links = z.array(z.looseObject({ href: z.string(), rel: z.string() })).nullish()

const told = {
  id,
  status: text,
  status_details: z.looseObject({ reason: text }).nullish(),
  amount: money,
  custom_id: text,
  links,
  supplementary_data: z
    .looseObject({
      related_ids: z
        .looseObject({
          order_id: id.nullish(),
          authorization_id: id.nullish(),
          capture_id: id.nullish(),
        })
        .nullish(),
    })
    .nullish(),
  create_time: moment,
  update_time: moment,
}

const capture = z.looseObject({
  ...told,
  seller_receivable_breakdown: z
    .looseObject({ paypal_fee: signedMoney.nullish(), net_amount: signedMoney.nullish() })
    .nullish(),
})
const authorization = z.looseObject({ ...told, expiration_time: moment })
const refund = z.looseObject(told)
const order = z.looseObject({
  id,
  status: text,
  intent: text,
  links,
  create_time: moment,
  update_time: moment,
  purchase_units: z
    .array(
      z.looseObject({
        amount: money.nullish(),
        custom_id: text,
        payments: z
          .looseObject({
            authorizations: z.array(authorization).nullish(),
            captures: z.array(capture).nullish(),
            refunds: z.array(refund).nullish(),
          })
          .nullish(),
      })
    )
    .nullish(),
})
const reversedApproval = z.looseObject({
  order_id: id,
  purchase_units: z.array(z.looseObject({ custom_id: text })).nullish(),
})
const dispute = z.looseObject({
  dispute_id: id,
  status: text,
  reason: text,
  dispute_amount: money.nullish(),
  dispute_outcome: z.looseObject({ outcome_code: text }).nullish(),
  disputed_transactions: z
    .array(z.looseObject({ seller_transaction_id: id, custom: text, gross_amount: money.nullish() }))
    .nullish(),
  seller_response_due_date: moment,
  create_time: moment,
  update_time: moment,
})
const payoutItem = z.looseObject({
  payout_item_id: id,
  transaction_id: id.nullish(),
  transaction_status: text,
  payout_item_fee: payoutMoney.nullish(),
  payout_item: z.looseObject({ amount: payoutMoney.nullish() }).nullish(),
  time_processed: moment,
})

export const paypalObjects = {
  capture,
  authorization,
  refund,
  order,
  reversedApproval,
  dispute,
  payoutItem,
} as const
export type Capture = z.infer<typeof capture>
export type Authorization = z.infer<typeof authorization>
export type Refund = z.infer<typeof refund>
export type Order = z.infer<typeof order>
export type Dispute = z.infer<typeof dispute>
export type PayoutItem = z.infer<typeof payoutItem>

/** A message's envelope. https://developer.paypal.com/docs/api/webhooks/v1/#webhooks-events_get */
export const webhookEvent = z.looseObject({
  id: z.string().min(1).max(100),
  event_type: z.string().min(1).max(100),
  create_time: moment,
  resource: z.looseObject({}),
})
export type WebhookEvent = z.infer<typeof webhookEvent>

/** @throws Error when the body is no message of PayPal. */
export function readEvent(body: Uint8Array): WebhookEvent {
  return webhookEvent.parse(readPaypalJson(body))
}

/** JSON of PayPal, numbers as their text. @throws SyntaxError when readers could disagree on it. */
export function readPaypalJson(body: Uint8Array): unknown {
  return readJson(body, { numbers: "text" })
}

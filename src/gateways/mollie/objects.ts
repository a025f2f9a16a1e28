import { z } from "@medusajs/framework/zod"
import { fromDecimal, type Money } from "../../domain/money"
import { readJson, type Json } from "../verification/strict-json"

/** JSON of Mollie, numbers as their text. @throws SyntaxError when readers could disagree on it. */
export function readMollieJson(bytes: Uint8Array): Json {
  return readJson(bytes, { numbers: "text" })
}

/*
 * The parts of Mollie's objects that we rely on; everything else passes unread. Field names and values:
 * https://docs.mollie.com/reference/get-payment and the types of the `mollie-api-typescript` package 1.12.28.
 */

/** `{ value: "10.00", currency: "EUR" }`: an exact amount in the currency's own digits, ISK and JPY without any. */
const signedAmount = z
  .looseObject({
    value: z.string().regex(/^-?\d{1,15}(?:\.\d{1,6})?$/, "is not an amount"),
    currency: z.string().regex(/^[A-Za-z]{3}$/, "is not a currency code"),
  })
  .transform(({ value, currency }): Money => fromDecimal(value, currency))
/** What was paid, captured, refunded or charged back is never less than nothing. */
const amount = signedAmount.refine((money) => !money.amount.startsWith("-"), "an amount is not negative")
const moment = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/, "is not a time")
  .transform((text, context) => {
    const time = new Date(text)
    if (!Number.isNaN(time.getTime())) return time
    context.addIssue({ code: "custom", message: "is not a time" })
    return z.NEVER
  })
const id = z.string().min(1).max(255)
const text = z.string().nullish()
const mode = z.enum(["live", "test"])
const link = z.looseObject({ href: z.string() }).nullish()

const capture = z.looseObject({
  id,
  mode: mode.nullish(),
  amount: amount.nullish(),
  status: text,
  paymentId: id,
  createdAt: moment,
  metadata: z.unknown(),
})

const refund = z.looseObject({
  id,
  mode: mode.nullish(),
  amount,
  status: z.string(),
  paymentId: id,
  createdAt: moment,
  metadata: z.unknown(),
})

const chargeback = z.looseObject({
  id,
  mode: mode.nullish(),
  amount,
  paymentId: id,
  createdAt: moment,
  reversedAt: moment.nullish(),
  reason: z.looseObject({ code: text, description: text }).nullish(),
})

const payment = z.looseObject({
  id,
  mode,
  status: z.string(),
  amount,
  amountCaptured: amount.nullish(),
  method: text,
  metadata: z.unknown(),
  isCancelable: z.boolean().nullish(),
  createdAt: moment,
  authorizedAt: moment.nullish(),
  paidAt: moment.nullish(),
  canceledAt: moment.nullish(),
  expiresAt: moment.nullish(),
  expiredAt: moment.nullish(),
  failedAt: moment.nullish(),
  statusReason: z.looseObject({ code: text, message: text }).nullish(),
  details: z.looseObject({ failureReason: text, failureMessage: text }).nullish(),
  _embedded: z
    .looseObject({
      captures: z.array(capture).nullish(),
      refunds: z.array(refund).nullish(),
      chargebacks: z.array(chargeback).nullish(),
    })
    .nullish(),
  _links: z.looseObject({ checkout: link }).nullish(),
})

const payout = z.looseObject({
  id,
  mode: mode.nullish(),
  amount: signedAmount.nullish(),
  status: z.string(),
  statusReason: z.looseObject({ code: text, message: text }).nullish(),
  createdAt: moment,
  completedAt: moment.nullish(),
  canceledAt: moment.nullish(),
})

/** A movement on the balance, with what Mollie kept of it. */
const balanceTransaction = z.looseObject({
  id,
  type: z.string(),
  deductions: signedAmount.nullish(),
  createdAt: moment.nullish(),
  context: z.record(z.string(), z.unknown()).nullish(),
})

/** The envelope of a next-generation webhook. https://docs.mollie.com/reference/webhooks-new */
const event = z.looseObject({
  resource: z.literal("event"),
  id,
  type: z.string(),
  entityId: text,
  createdAt: moment,
  _embedded: z.looseObject({ entity: z.looseObject({ resource: text }).nullish() }).nullish(),
  _links: z.looseObject({ entity: link }).nullish(),
})

export const mollieObjects = {
  balanceTransaction,
  capture,
  chargeback,
  event,
  payment,
  payout,
  refund,
} as const

export type MolliePayment = z.infer<typeof payment>
export type MollieCapture = z.infer<typeof capture>
export type MollieRefund = z.infer<typeof refund>
export type MollieChargeback = z.infer<typeof chargeback>
export type MolliePayout = z.infer<typeof payout>
export type MollieBalanceTransaction = z.infer<typeof balanceTransaction>
export type MollieEvent = z.infer<typeof event>

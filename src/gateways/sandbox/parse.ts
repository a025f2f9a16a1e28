import { z } from "@medusajs/framework/zod"
import { fromDecimal, type Money } from "../../domain/money"
import { paymentEventTypes, type PaymentEvent, type PaymentEventType } from "../../domain/payment-event"
import type { Message } from "../gateway"
import { readJson } from "../verification/strict-json"
import { amount, describePayment, id, payment, reason, type SandboxPayment } from "./payment"

const envelope = z.looseObject({
  id,
  type: z.string(),
  /** Seconds since 1970. */
  created: z.number().int().min(0).max(99_999_999_999),
  test: z.boolean(),
})

/** A capture, refund, dispute, payout or fee. */
const object = z.looseObject({
  id,
  amount,
  currency: z.string().regex(/^[a-z]{3}$/),
  reason: reason.nullish(),
})

const aboutPayment = z.looseObject({ payment, object: object.nullish() })
const aboutObject = z.looseObject({ payment: payment.nullish(), object })

/**
 * The one payment event of a message; none when its type is unknown.
 * @throws SyntaxError, ZodError or RangeError when the message is not as `docs/gateways/sandbox.md` describes it.
 */
export function parse(message: Message): readonly PaymentEvent[] {
  const json = readJson(message.body)
  const { id, type: written, created, test } = envelope.parse(json)
  const type = paymentEventTypes.find((known) => known === written)
  if (!type) return []
  const common = { key: id, type, test, occurredAt: new Date(created * 1000) }
  if (isAboutObject(type)) {
    const { payment, object } = aboutObject.parse(json)
    const money = fromDecimal(object.amount, object.currency)
    return [
      {
        ...common,
        ...(payment ? describePayment(payment) : {}),
        resource: object.id,
        ...(type === "fee" ? { fee: money } : { money }),
        ...(object.reason ? { reason: object.reason } : {}),
      },
    ]
  }
  const { payment, object } = aboutPayment.parse(json)
  const why = object?.reason ?? payment.reason
  return [
    {
      ...common,
      ...describePayment(payment),
      ...(object ? { resource: object.id } : {}),
      money: object ? fromDecimal(object.amount, object.currency) : moneyOf(type, payment),
      ...(why ? { reason: why } : {}),
    },
  ]
}

function isAboutObject(type: PaymentEventType): boolean {
  return type === "fee" || /^(?:capture|refund|dispute|payout)\./.test(type)
}

function moneyOf(type: PaymentEventType, payment: SandboxPayment): Money {
  if (type === "payment.authorized") return fromDecimal(payment.authorized, payment.currency)
  if (type === "payment.captured") return fromDecimal(payment.captured, payment.currency)
  return fromDecimal(payment.amount, payment.currency)
}

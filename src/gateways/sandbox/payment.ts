import { z } from "@medusajs/framework/zod"
import { fromDecimal, isPositive, type Money } from "../../domain/money"
import type { PaymentEvent, PaymentEventType } from "../../domain/payment-event"

export const id = z.string().min(1).max(100)
export const amount = z.string().regex(/^\d{1,15}(?:\.\d{1,4})?$/)
export const reason = z.looseObject({ code: z.string().optional(), text: z.string().optional() })

/** A payment as the sandbox shows it in messages and answers: always the whole of it, in major units. */
export const payment = z.looseObject({
  id,
  reference: id,
  status: z.string(),
  amount,
  currency: z.string().regex(/^[a-z]{3}$/),
  authorized: amount,
  captured: amount,
  refunded: amount,
  hold: z.enum(["risk", "over", "under"]).nullish(),
  reason: reason.nullish(),
})

export type SandboxPayment = z.infer<typeof payment>

/** What every statement about a payment says: whose it is, and how much was authorised, captured and refunded so far. */
export function describePayment(payment: SandboxPayment) {
  const { currency } = payment
  return {
    reference: payment.reference,
    gatewayPayment: payment.id,
    totals: {
      authorized: fromDecimal(payment.authorized, currency),
      captured: fromDecimal(payment.captured, currency),
      refunded: fromDecimal(payment.refunded, currency),
    },
    ...(payment.hold ? { hold: payment.hold } : {}),
  } satisfies Partial<PaymentEvent>
}

/** The payment as one payment event: the furthest that it got. A payment that the buyer has not touched is `info`. */
export function readState(payment: SandboxPayment): PaymentEvent {
  const about = describePayment(payment)
  const { authorized, captured, refunded } = about.totals
  const [type, money] = stateOf(payment, authorized, captured)
  return {
    key: ["state", payment.id, payment.status, authorized.amount, captured.amount, refunded.amount].join(":"),
    type,
    test: true,
    ...about,
    money,
    ...(payment.reason ? { reason: payment.reason } : {}),
  }
}

/** An unknown status means pending: never success, never failure. */
function stateOf(payment: SandboxPayment, authorized: Money, captured: Money): [PaymentEventType, Money] {
  const asked = fromDecimal(payment.amount, payment.currency)
  if (isPositive(captured)) return ["payment.captured", captured]
  if (payment.status === "canceled") return ["payment.canceled", asked]
  if (payment.status === "expired") return ["payment.expired", asked]
  if (isPositive(authorized)) return ["payment.authorized", authorized]
  if (payment.status === "failed") return ["payment.failed", asked]
  if (payment.status === "open") return ["info", asked]
  return ["payment.pending", asked]
}

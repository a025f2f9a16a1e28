import type { Money } from "../../domain/money"
import { fromStripeAmount } from "./minor-units"
import type { Charge } from "./objects"
import { readRefund } from "./read-refund"
import { feeIn, reasonOf, referenceIn, type Statement } from "./statement"

/**
 * What a charge says of its payment: captured with totals, authorised, pending or a failed attempt. A charge is told
 * of beside its payment intent and its checkout session; totals keep the three from adding up.
 * https://docs.stripe.com/api/charges/object
 */
export function readCharge(charge: Charge, at: Date): Statement[] {
  const about = aboutCharge(charge)
  const money = fromStripeAmount(charge.amount, charge.currency)
  if (charge.status === "failed") {
    const reason = reasonOf(charge.failure_code, charge.failure_message)
    return [{ type: "payment.attempt_failed", ...about, money, occurredAt: at, ...reason }]
  }
  if (charge.status !== "succeeded") return [{ type: "payment.pending", ...about, money, occurredAt: at }]
  if (charge.captured) {
    const totals = totalsOfCharge(charge)
    const fee = feeIn(charge.balance_transaction)
    return [{ type: "payment.captured", ...about, money: totals.captured, totals, ...fee, occurredAt: at }]
  }
  if ((charge.amount_refunded ?? 0) >= charge.amount) {
    return [{ type: "payment.canceled", ...about, occurredAt: at }]
  }
  const authorized = { type: "payment.authorized", ...about, money, totals: { authorized: money } } as const
  return [{ ...authorized, occurredAt: charge.created }]
}

/** An authorisation that lapsed before it was captured. */
export function readExpiredCharge(charge: Charge, at: Date): Statement[] {
  return [{ type: "payment.expired", ...aboutCharge(charge), occurredAt: at }]
}

/**
 * What `charge.refunded` says: how much of the payment is refunded by now, and each refund where the API version
 * lists them. Releasing an authorisation that was never captured is a cancellation, not a refund.
 */
export function readRefundedCharge(charge: Charge, at: Date): Statement[] {
  if (!charge.captured) return readCharge(charge, at)
  const totals = totalsOfCharge(charge)
  const snapshot = { type: "info", ...aboutCharge(charge), totals, occurredAt: at } as const
  const partlyCaptured = (charge.amount_captured ?? charge.amount) < charge.amount
  const refunds = partlyCaptured ? [] : (charge.refunds?.data ?? [])
  const told = refunds.flatMap((refund) => readRefund(refund, at))
  return [snapshot, ...told.map((refund) => ({ ...aboutCharge(charge), ...refund }))]
}

/**
 * The totals of a captured charge. Stripe counts what a partial capture released among `amount_refunded`; that money
 * was never taken, so it is left out here.
 */
export function totalsOfCharge(charge: Charge): { authorized: Money; captured: Money; refunded?: Money } {
  const captured = charge.amount_captured ?? charge.amount
  const refunded = (charge.amount_refunded ?? 0) - Math.max(charge.amount - captured, 0)
  return {
    authorized: fromStripeAmount(Math.max(charge.amount, captured), charge.currency),
    captured: fromStripeAmount(captured, charge.currency),
    ...(refunded > 0 ? { refunded: fromStripeAmount(refunded, charge.currency) } : {}),
  }
}

function aboutCharge(charge: Charge): Pick<Statement, "reference" | "gatewayPayment" | "resource"> {
  return {
    ...referenceIn(charge.metadata),
    gatewayPayment: charge.payment_intent ?? charge.id,
    resource: charge.id,
  }
}

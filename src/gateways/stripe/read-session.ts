import { fromStripeAmount } from "./minor-units"
import type { CheckoutSession } from "./objects"
import { referenceIn, type Statement } from "./statement"

/**
 * What a checkout session says. Sessions that take no money at once (subscription, setup) say nothing.
 * @param capture "manual" when the money is only held: Stripe's words for that differ between versions, so that a paid
 * session is then pending, and the payment intent's own messages tell what is authorised and captured.
 * https://docs.stripe.com/api/checkout/sessions/object
 */
export function readSession(
  session: CheckoutSession,
  at: Date,
  capture: "automatic" | "manual"
): Statement[] {
  if (session.mode !== "payment") return []
  const about = aboutSession(session)
  if (session.status === "expired") return [{ type: "payment.expired", ...about, occurredAt: at }]
  if (session.status === "open") return [{ type: "info", ...about, occurredAt: at }]

  const { amount_total: total, currency } = session
  const money = typeof total === "number" && currency ? fromStripeAmount(total, currency) : undefined
  const held = capture === "manual" || session.metadata?.ipn_capture === "manual"
  if (session.payment_status === "paid" && !held && money) {
    return [{ type: "payment.captured", ...about, money, totals: { captured: money }, occurredAt: at }]
  }
  if (session.payment_status === "no_payment_required") return [{ type: "info", ...about, occurredAt: at }]
  return [{ type: "payment.pending", ...about, ...(money ? { money } : {}), occurredAt: at }]
}

/** A payment that takes days (a bank debit, a voucher) and did not come. */
export function readFailedSession(session: CheckoutSession, at: Date): Statement[] {
  if (session.mode !== "payment") return []
  return [{ type: "payment.failed", ...aboutSession(session), occurredAt: at }]
}

/** On a payment link, the buyer can write the client reference into the address: it is not ours there. */
function aboutSession(session: CheckoutSession): Pick<Statement, "reference" | "gatewayPayment"> {
  const intent = session.payment_intent
  const client = session.payment_link ? undefined : session.client_reference_id
  const inMetadata = referenceIn(session.metadata)
  return {
    ...(inMetadata.reference || !client ? inMetadata : { reference: client }),
    gatewayPayment: (typeof intent === "string" ? intent : intent?.id) ?? session.id,
  }
}

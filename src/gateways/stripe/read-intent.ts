import { fromStripeAmount } from "./minor-units"
import type { PaymentIntent } from "./objects"
import { totalsOfCharge } from "./read-charge"
import { feeIn, reasonOf, referenceIn, type Statement } from "./statement"

/**
 * What a payment intent says by its status. Statuses that Stripe may add later are pending: neither success nor failure.
 * https://docs.stripe.com/payments/paymentintents/lifecycle
 */
export function readIntent(intent: PaymentIntent, at: Date): Statement[] {
  const about = aboutIntent(intent)
  const money = fromStripeAmount(intent.amount, intent.currency)
  switch (intent.status) {
    case "succeeded":
      return [{ type: "payment.captured", ...about, ...capturedOf(intent), occurredAt: at }]
    case "requires_capture":
      return [{ ...about, ...authorizedOf(intent), occurredAt: authorizedAt(intent, at) }]
    case "canceled":
      return readCanceledIntent(intent, at)
    case "requires_payment_method":
      if (intent.last_payment_error) return readFailedIntent(intent, at)
      return [{ type: "info", ...about, occurredAt: at }]
    case "requires_confirmation":
      return [{ type: "info", ...about, occurredAt: at }]
    case "requires_action":
      return [{ type: isInBuyersHands(intent) ? "info" : "payment.pending", ...about, money, occurredAt: at }]
    default:
      return [{ type: "payment.pending", ...about, money, occurredAt: at }]
  }
}

/** A declined attempt: the intent stays open, and the buyer may try again. */
export function readFailedIntent(intent: PaymentIntent, at: Date): Statement[] {
  const error = intent.last_payment_error
  return [
    {
      type: "payment.attempt_failed",
      ...aboutIntent(intent),
      money: fromStripeAmount(intent.amount, intent.currency),
      occurredAt: at,
      ...reasonOf(error?.decline_code ?? error?.code, error?.message),
    },
  ]
}

/** Canceled by somebody, or by Stripe because the time to pay or to capture was over. */
function readCanceledIntent(intent: PaymentIntent, at: Date): Statement[] {
  const reason = intent.cancellation_reason
  const expired = reason === "automatic" || reason === "expired"
  return [
    {
      type: expired ? "payment.expired" : "payment.canceled",
      ...aboutIntent(intent),
      occurredAt: at,
      ...reasonOf(reason),
    },
  ]
}

function capturedOf(intent: PaymentIntent): Pick<Statement, "money" | "totals" | "fee" | "net"> {
  const captured = fromStripeAmount(intent.amount_received ?? intent.amount, intent.currency)
  const charge = intent.latest_charge
  if (!charge || typeof charge === "string") return { money: captured, totals: { captured } }
  const totals = { ...totalsOfCharge(charge), captured }
  return { money: captured, totals, ...feeIn(charge.balance_transaction) }
}

/** While parts are captured one after another, what is left to capture and what was received are both authorised. */
function authorizedOf(intent: PaymentIntent): Pick<Statement, "type" | "money" | "totals"> {
  const received = intent.amount_received ?? 0
  const capturable = intent.amount_capturable ?? 0
  if (received + capturable === 0) return { type: "info" }
  const authorized = fromStripeAmount(received + capturable, intent.currency)
  const captured = received > 0 ? { captured: fromStripeAmount(received, intent.currency) } : {}
  return { type: "payment.authorized", money: authorized, totals: { authorized, ...captured } }
}

function authorizedAt(intent: PaymentIntent, at: Date): Date {
  const charge = intent.latest_charge
  return charge && typeof charge !== "string" ? charge.created : at
}

/**
 * Whether the next action is the buyer's, now and on a page (3-D Secure, a redirect, a code to scan): nothing is on its
 * way yet. A voucher or the details of a bank transfer, which the buyer takes away, are a payment that is pending.
 */
function isInBuyersHands(intent: PaymentIntent): boolean {
  const action = intent.next_action?.type
  if (action === undefined) return true
  return !/_display_details$|^display_bank_transfer_instructions$|^verify_with_microdeposits$/.test(action)
}

function aboutIntent(intent: PaymentIntent): Pick<Statement, "reference" | "gatewayPayment" | "resource"> {
  const charge = intent.latest_charge
  const resource = typeof charge === "string" ? charge : charge?.id
  return {
    ...referenceIn(intent.metadata),
    gatewayPayment: intent.id,
    ...(resource ? { resource } : {}),
  }
}

import type { PaymentEvent } from "../../domain/payment-event"
import { fromStripeAmount } from "./minor-units"

/** What one of Stripe's objects says, before it is known which message or answer it came in. */
export type Statement = Omit<PaymentEvent, "key" | "test" | "otherReceiver">

type Metadata = Readonly<Record<string, string>> | null | undefined

/**
 * Our reference in an object's metadata: written by `create`, or as `session_id` by Medusa's own Stripe provider, which
 * lets a buyer write every other key.
 */
export function referenceIn(metadata: Metadata): Pick<Statement, "reference"> {
  const reference = metadata?.session_id || metadata?.ipn_reference
  return reference ? { reference } : {}
}

/** The reason in a statement, when Stripe gave one. */
export function reasonOf(code: string | null | undefined, text?: string | null): Pick<Statement, "reason"> {
  if (!code && !text) return {}
  return { reason: { ...(code ? { code } : {}), ...(text ? { text } : {}) } }
}

type BalanceTransaction = Readonly<{ fee: number; net: number; currency: string }>

/** Stripe's fee and what is left, in the currency that is paid out; only where Stripe wrote the balance transaction whole. */
export function feeIn(
  transaction: string | BalanceTransaction | null | undefined
): Pick<Statement, "fee" | "net"> {
  if (!transaction || typeof transaction === "string" || transaction.fee < 0) return {}
  const { fee, net, currency } = transaction
  return { fee: fromStripeAmount(fee, currency), net: fromStripeAmount(net, currency) }
}

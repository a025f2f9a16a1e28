import { subtract } from "../../domain/money"
import type { PaymentEvent } from "../../domain/payment-event"
import type { Transaction } from "./objects"
import { referenceIn } from "./reference"
import { fromSubunits } from "./subunits"

/** What one of Paystack's objects says, before it is known which message or answer it came in. */
export type Statement = Omit<PaymentEvent, "key">

/**
 * What a transaction says by its status. Statuses that Paystack may add later are pending. The payment's id is the
 * reference that Paystack knows it by: refunds and disputes name no other.
 * https://paystack.com/docs/payments/verify-payments/#transaction-statuses
 */
export function readTransaction(transaction: Transaction): Statement {
  const money = fromSubunits(transaction.amount, transaction.currency)
  const at = transaction.paid_at ?? transaction.created_at
  const about = {
    test: transaction.domain !== "live",
    ...referenceIn(transaction.metadata),
    gatewayPayment: transaction.reference,
    ...(at ? { occurredAt: at } : {}),
  }
  const told = transaction.gateway_response
  switch (transaction.status) {
    case "success":
    case "reversed":
      // Of a reversed one the money went back afterwards: refunds and disputes tell how much, and why.
      return { type: "payment.captured", ...about, money, totals: { captured: money }, ...feeOf(transaction) }
    case "failed":
      return { type: "payment.attempt_failed", ...about, money, ...(told ? { reason: { text: told } } : {}) }
    case "abandoned":
      return { type: "info", ...about, reason: { text: "The buyer has not paid on Paystack's page" } }
    default:
      return { type: "payment.pending", ...about, money }
  }
}

function feeOf({ fees, amount, currency }: Transaction): Pick<Statement, "fee" | "net"> {
  if (!fees) return {}
  const fee = fromSubunits(fees, currency)
  return { fee, net: subtract(fromSubunits(amount, currency), fee) }
}

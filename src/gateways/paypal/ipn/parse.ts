import { fromDecimal, isPositive, subtract, zero, type Money } from "../../../domain/money"
import type { PaymentEvent, PaymentEventType } from "../../../domain/payment-event"
import type { Message } from "../../gateway"
import type { PaypalAccount } from "../options"
import { parseMassPay } from "./parse-mass-pay"
import { readDate } from "./read-date"
import { readFields, type Fields } from "./read-fields"
import { findOtherReceiver } from "./receiver"
import { isTest } from "./verify"

/**
 * The payment events of a message: one for a payment, its refund or its dispute; one per item of a mass payment; none
 * for what moves no money, such as a subscription's sign-up.
 * @throws RangeError when it is no form, or its amounts cannot be read.
 */
export function parseForm(message: Message, account: PaypalAccount): readonly PaymentEvent[] {
  const fields = readFields(message)
  if (fields.get("txn_type") === "masspay") return parseMassPay(fields)
  const otherReceiver = findOtherReceiver(fields, account.config.receivers ?? [])
  const events = fields.get("payment_status") ? parsePayment(fields) : parseCase(fields)
  return events.map((event) => ({ ...event, ...(otherReceiver ? { otherReceiver } : {}) }))
}

function parsePayment(fields: Fields): PaymentEvent[] {
  const status = required(fields, "payment_status")
  const transaction = required(fields, "txn_id")
  const gross = fromDecimal(required(fields, "mc_gross"), required(fields, "mc_currency"))
  const parent = fields.get("parent_txn_id")
  const reason = fields.get("pending_reason") || fields.get("reason_code")
  const occurredAt = readDate(fields.get("payment_date"))
  const wentOut = !isPositive(gross) && !equalsZero(gross)

  return typesOf(fields).flatMap((type): PaymentEvent[] => {
    // Money that the store itself sent to somebody is told as Completed with a negative amount.
    if (status !== "Reversed" && type.startsWith("payment.") && wentOut) return []
    const isDispute = type.startsWith("dispute.")
    return [
      {
        key: [transaction, status, reason ?? "", parent ?? "", ...(isDispute ? ["dispute"] : [])].join(":"),
        type,
        test: isTest(fields),
        ...referenceOf(fields),
        gatewayPayment: parent || fields.get("auth_id") || transaction,
        resource: isDispute ? parent || transaction : transaction,
        money: unsigned(gross),
        ...feeOf(fields, gross, type),
        ...(occurredAt ? { occurredAt } : {}),
        ...(reason ? { reason: { code: reason } } : {}),
      },
    ]
  })
}

/**
 * What a `payment_status` says. A status that is not listed is pending: never success, never failure.
 * @see https://developer.paypal.com/api/nvp-soap/ipn/IPNandPDTVariables/
 */
function typesOf(fields: Fields): PaymentEventType[] {
  switch (fields.get("payment_status")) {
    case "Completed":
      return ["payment.captured"]
    case "Pending":
      return fields.get("pending_reason") === "authorization" ? ["payment.authorized"] : ["payment.pending"]
    case "Failed":
    case "Denied":
      return ["payment.failed"]
    case "Expired":
      return ["payment.expired"]
    case "Voided":
      return ["payment.canceled"]
    case "Refunded":
      return ["refund.succeeded"]
    case "Canceled_Reversal":
      return ["dispute.won"]
    case "Reversed":
      // Without a parent it may be a payment under review that PayPal turned down: it ends, unless it was captured.
      return fields.get("parent_txn_id") ? ["dispute.opened"] : ["dispute.opened", "payment.failed"]
    default:
      return ["payment.pending"]
  }
}

/** A case that a buyer opened or that was closed. Says nothing of the outcome: the money is told by `payment_status`. */
function parseCase(fields: Fields): PaymentEvent[] {
  const kind = fields.get("txn_type") || "new_case"
  if (!fields.get("case_type") || (kind !== "new_case" && kind !== "adjustment")) return []
  const transaction = required(fields, "txn_id")
  const reason = fields.get("reason_code")
  const occurredAt = readDate(fields.get("case_creation_date"))
  const amount = fields.get("mc_gross")
  return [
    {
      key: [transaction, fields.get("case_id") ?? "", kind, fields.get("case_type"), reason ?? ""].join(":"),
      type: kind === "new_case" ? "dispute.opened" : "dispute.updated",
      test: isTest(fields),
      ...referenceOf(fields),
      gatewayPayment: transaction,
      resource: transaction,
      ...(amount ? { money: unsigned(fromDecimal(amount, required(fields, "mc_currency"))) } : {}),
      ...(occurredAt ? { occurredAt } : {}),
      ...(reason ? { reason: { code: reason } } : {}),
    },
  ]
}

function referenceOf(fields: Fields): Pick<PaymentEvent, "reference"> {
  const reference = fields.get("custom")
  return reference ? { reference } : {}
}

/** PayPal's fee, negative where it was given back with a refund; what is left of a capture after it. */
function feeOf(fields: Fields, gross: Money, type: PaymentEventType): Pick<PaymentEvent, "fee" | "net"> {
  const written = fields.get("mc_fee")
  if (!written || type.startsWith("dispute.")) return {}
  const fee = fromDecimal(written, gross.currency)
  return type === "payment.captured" ? { fee, net: subtract(gross, fee) } : { fee }
}

function required(fields: Fields, name: string): string {
  const value = fields.get(name)
  if (!value) throw new RangeError(`the variable ${name} is missing`)
  return value
}

function unsigned(money: Money): Money {
  return isPositive(money) ? money : subtract(zero(money.currency), money)
}

function equalsZero(money: Money): boolean {
  return money.amount === zero(money.currency).amount
}

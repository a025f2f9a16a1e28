import { add, fromDecimal, isPositive, type Money } from "../../domain/money"
import type { PaymentEvent } from "../../domain/payment-event"
import type { Payment, Refund } from "./objects"
import type { MercadoPagoAccount } from "./options"

type Statement = Omit<PaymentEvent, "key">

/**
 * What a payment says, as events with totals: the same answer has the same keys, however often it is asked. Of test users
 * Mercado Pago says that they pay live, so that what a test account is told is always a test. Statuses that Mercado Pago
 * may add later are pending.
 * https://www.mercadopago.com.ar/developers/en/docs/checkout-api/response-handling/collection-results
 */
export function readPayment(payment: Payment, account: MercadoPagoAccount): PaymentEvent[] {
  const about = aboutPayment(payment, account)
  return [...readStatus(payment), ...(payment.refunds ?? []).map((refund) => readRefund(refund, payment))]
    .map((statement) => ({ ...about, ...statement }))
    .map((statement) => ({ key: keyOf(payment.id, statement), ...statement }))
}

/** A refund, as an answer to having asked for it. */
export function readRefundEvent(refund: Refund, payment: Payment, account: MercadoPagoAccount): PaymentEvent {
  const statement = { ...aboutPayment(payment, account), ...readRefund(refund, payment) }
  return { key: keyOf(payment.id, statement), ...statement }
}

/** What is told of a payment, whatever it is. */
export function aboutPayment(
  { id, external_reference, collector_id, live_mode }: Payment,
  { mode, config }: MercadoPagoAccount
): Pick<PaymentEvent, "test" | "reference" | "gatewayPayment" | "otherReceiver"> {
  const isOthers = config.userId !== undefined && collector_id && collector_id !== config.userId
  return {
    test: mode === "test" || live_mode === false,
    ...(external_reference ? { reference: external_reference } : {}),
    gatewayPayment: id,
    ...(isOthers ? { otherReceiver: collector_id } : {}),
  }
}

/** The whole amount of a payment. */
export function amountOf({ transaction_amount, currency_id }: Payment): Money {
  return fromDecimal(transaction_amount, currency_id)
}

type Said = Pick<
  Statement,
  "type" | "resource" | "money" | "totals" | "fee" | "net" | "occurredAt" | "dueAt" | "reason"
>

function readStatus(payment: Payment): Said[] {
  const money = amountOf(payment)
  const { status, status_detail: detail } = payment
  const changedAt = at(payment.date_last_updated)
  const reason = detail ? { reason: { code: detail } } : {}
  switch (status) {
    case "approved":
      return payment.captured === false ? [readAuthorized(payment)] : [readCaptured(payment)]
    case "authorized":
      return [readAuthorized(payment)]
    case "refunded":
      return [readCaptured(payment)]
    case "in_mediation":
      return [readCaptured(payment), { type: "info", ...changedAt, reason: mediation }]
    case "charged_back":
      return [readCaptured(payment), readChargedBack(payment)]
    case "rejected":
      return [{ type: "payment.attempt_failed", money, ...changedAt, ...reason }]
    case "cancelled":
      return [
        { type: detail === "expired" ? "payment.expired" : "payment.canceled", ...changedAt, ...reason },
      ]
    default:
      return [{ type: "payment.pending", money, ...at(payment.date_created), ...due(payment), ...reason }]
  }
}

const mediation = { code: "in_mediation", text: "The buyer opened a claim: answer it in Mercado Pago" }

function readAuthorized(payment: Payment): Said {
  const money = amountOf(payment)
  return { type: "payment.authorized", money, totals: { authorized: money }, ...at(payment.date_created) }
}

function readCaptured(payment: Payment): Said {
  const money = amountOf(payment)
  const refunded = refundedOf(payment)
  const totals = { captured: money, ...(refunded && isPositive(refunded) ? { refunded } : {}) }
  return {
    type: "payment.captured",
    money,
    totals,
    ...(payment.status === "approved" ? feeOf(payment) : {}),
    ...at(payment.date_approved ?? payment.date_created),
  }
}

/**
 * What was paid back, but for a chargeback, which takes the money another way. Mercado Pago may count that too, so that
 * of a payment that was charged back only the refunds that it lists count.
 */
function refundedOf(payment: Payment): Money | undefined {
  const { status, transaction_amount_refunded: total, currency_id, refunds } = payment
  if (status !== "charged_back" && total) return fromDecimal(total, currency_id)
  if (status === "refunded") return amountOf(payment)
  return (refunds ?? [])
    .filter((refund) => refundType(refund.status) === "refund.succeeded")
    .map((refund) => fromDecimal(refund.amount, currency_id))
    .reduce<Money | undefined>((sum, money) => (sum ? add(sum, money) : money), undefined)
}

/** What Mercado Pago keeps of the seller's money, and what is left. */
function feeOf({ fee_details, transaction_details, currency_id }: Payment): Pick<Said, "fee" | "net"> {
  const fees = (fee_details ?? []).filter((fee) => fee.fee_payer === "collector")
  const fee = fees
    .map((one) => fromDecimal(one.amount, currency_id))
    .reduce<Money | undefined>((sum, money) => (sum ? add(sum, money) : money), undefined)
  const left = transaction_details?.net_received_amount
  return {
    ...(fee && isPositive(fee) ? { fee } : {}),
    ...(left ? { net: fromDecimal(left, currency_id) } : {}),
  }
}

/**
 * A chargeback as its payment tells it: `settled` is lost, `reimbursed` is won. The payment and the chargeback's own
 * message tell of it by different ids, so that it is named after the payment, which can be charged back once.
 */
function readChargedBack(payment: Payment): Said {
  const detail = payment.status_detail
  const type =
    detail === "settled" ? "dispute.lost" : detail === "reimbursed" ? "dispute.won" : "dispute.opened"
  return {
    type,
    resource: chargebackOf(payment.id),
    money: amountOf(payment),
    ...at(payment.date_last_updated),
    ...(detail ? { reason: { code: detail } } : {}),
  }
}

export function chargebackOf(paymentId: string): string {
  return `chargeback-${paymentId}`
}

function readRefund(refund: Refund, { currency_id }: Payment): Said {
  return {
    type: refundType(refund.status),
    resource: refund.id,
    money: fromDecimal(refund.amount, currency_id),
    ...at(refund.date_created),
    ...(refund.reason ? { reason: { text: refund.reason } } : {}),
  }
}

function refundType(
  status: string | null | undefined
): "refund.succeeded" | "refund.failed" | "refund.pending" {
  if (status === "approved") return "refund.succeeded"
  return status === "rejected" || status === "cancelled" ? "refund.failed" : "refund.pending"
}

function due({ date_of_expiration: until }: Payment): Pick<Said, "dueAt"> {
  return until ? { dueAt: until } : {}
}

function at(time: Date | undefined): Pick<Said, "occurredAt"> {
  return time ? { occurredAt: time } : {}
}

function keyOf(id: string, { type, resource, money, totals, fee, reason }: Statement): string {
  const amounts = [money, totals?.authorized, totals?.captured, totals?.refunded, fee]
  const written = amounts.map((one) => one?.amount ?? "-")
  return ["payment", id, type, resource ?? "-", reason?.code ?? "-", ...written].join(":")
}

import { isPositive, type Money } from "../../domain/money"
import { sum } from "../../domain/tally"
import type { MolliePayment } from "./objects"
import { readCapture } from "./read-capture"
import { readChargeback } from "./read-chargeback"
import { readRefund } from "./read-refund"
import { reasonOf, referenceIn, type Statement } from "./statement"

/**
 * What a payment says by its status, with the captures, refunds and chargebacks that Mollie embedded. Statuses that
 * Mollie may add later are pending: neither success nor failure. https://docs.mollie.com/docs/handling-payment-status
 */
export function readPayment(payment: MolliePayment): Statement[] {
  const { captures, refunds, chargebacks } = payment._embedded ?? {}
  const about = referenceIn(payment.metadata)
  return [
    readStatus(payment),
    // What was captured is told by the payment's totals; of its captures only the failed ones say more.
    ...(captures ?? []).filter(({ status }) => status === "failed").flatMap(readCapture),
    ...(refunds ?? []).flatMap(readRefund),
    ...(chargebacks ?? []).flatMap(readChargeback),
  ].map((statement) => ({ mode: payment.mode, ...about, ...statement }))
}

function readStatus(payment: MolliePayment): Statement {
  const about = { gatewayPayment: payment.id }
  const money = payment.amount
  switch (payment.status) {
    case "paid":
      return {
        type: "payment.captured",
        ...about,
        money: capturedOf(payment) ?? money,
        totals: totalsOf(payment, capturedOf(payment) ?? money),
        occurredAt: payment.paidAt ?? payment.createdAt,
      }
    case "authorized":
      return {
        type: "payment.authorized",
        ...about,
        money,
        totals: totalsOf(payment, capturedOf(payment)),
        occurredAt: payment.authorizedAt ?? payment.createdAt,
      }
    case "canceled":
      return {
        type: "payment.canceled",
        ...about,
        occurredAt: payment.canceledAt ?? latestOf(payment),
        ...whyOf(payment),
      }
    case "expired":
      return { type: "payment.expired", ...about, occurredAt: payment.expiredAt ?? latestOf(payment) }
    case "failed":
      return {
        type: "payment.failed",
        ...about,
        money,
        occurredAt: payment.failedAt ?? latestOf(payment),
        ...whyOf(payment),
      }
    case "open":
      return readOpen(payment)
    default:
      return { type: "payment.pending", ...about, money, occurredAt: payment.createdAt }
  }
}

/** The buyer is on Mollie's page, or took the details of a bank transfer away: then money is on its way until a day. */
function readOpen(payment: MolliePayment): Statement {
  const about = { gatewayPayment: payment.id, money: payment.amount, occurredAt: payment.createdAt }
  if (payment.method !== "banktransfer") return { type: "info", ...about }
  return { type: "payment.pending", ...about, ...(payment.expiresAt ? { dueAt: payment.expiresAt } : {}) }
}

/** Told only of payments that can be captured: those paid at once have no captured amount of their own. */
function capturedOf({ amountCaptured }: MolliePayment): Money | undefined {
  return amountCaptured && isPositive(amountCaptured) ? amountCaptured : undefined
}

/** `amountRefunded` counts refunds that are still on their way, so that only refunds that reached the buyer are added up. */
function totalsOf(payment: MolliePayment, captured: Money | undefined): NonNullable<Statement["totals"]> {
  const refunds = payment._embedded?.refunds ?? []
  const done = refunds.filter(({ status }) => status === "refunded").map(({ amount }) => amount)
  const refunded = sum(done).find(({ currency }) => currency === payment.amount.currency)
  return {
    authorized: payment.amount,
    ...(captured ? { captured } : {}),
    ...(refunded ? { refunded } : {}),
  }
}

/** An end without a time of its own is no earlier than what it ends. */
function latestOf({ authorizedAt, createdAt }: MolliePayment): Date {
  return authorizedAt ?? createdAt
}

function whyOf({ statusReason, details }: MolliePayment): Pick<Statement, "reason"> {
  return reasonOf(
    statusReason?.code ?? details?.failureReason,
    statusReason?.message ?? details?.failureMessage
  )
}

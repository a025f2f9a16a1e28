import type { PaymentEvent } from "../../domain/payment-event"
import { fromAdyenAmount } from "./amounts"
import { additional, type AdyenItem } from "./notification"

/** What one item says, before it is known which account it came to. */
export type Statement = Omit<PaymentEvent, "key" | "test" | "otherReceiver" | "reference">

/** What decides how an item is read, besides the item. */
export type Reading = Readonly<{
  captureMethod: "automatic" | "manual"
  /** Whether the caller proved with a password that it is Adyen: only then are the unsigned fields believed. */
  trusted: boolean
}>

/**
 * What an item says; undefined for kinds that are about no money. Only signed fields decide, unless `trusted`: times,
 * deadlines, and what Adyen did of "cancel or refund" stand in fields that the signature does not cover.
 * Event codes: https://docs.adyen.com/development-resources/webhooks/webhook-types
 * @throws RangeError when the amount cannot be one of its currency.
 */
export function readItem(item: AdyenItem, reading: Reading): Statement | undefined {
  const about = aboutOf(item, reading)
  return about && { ...about, ...moneyOf(item), ...detailsOf(item, reading) }
}

type About = Pick<Statement, "type" | "gatewayPayment" | "resource" | "inquiry">

function aboutOf(item: AdyenItem, reading: Reading): About | undefined {
  const own = item.pspReference
  const succeeded = item.success === "true"
  const gatewayPayment = item.originalReference || own
  const change = { gatewayPayment, resource: own }
  switch (item.eventCode) {
    case "AUTHORISATION":
      // Without the payment's id: a try that failed must never be taken for the payment that is captured or refunded.
      if (!succeeded) return { type: "payment.attempt_failed", resource: own }
      if (reading.trusted && additional(item, "fraudManualReview") === "true") {
        return { type: "payment.pending", gatewayPayment }
      }
      return paid(gatewayPayment, reading)
    case "MANUAL_REVIEW_ACCEPT":
      return succeeded && item.originalReference ? paid(gatewayPayment, reading) : { type: "info", ...change }
    case "AUTHORISATION_ADJUSTMENT":
      return succeeded ? { type: "payment.authorized", gatewayPayment } : { type: "info", ...change }
    case "PENDING":
      return { type: succeeded ? "payment.pending" : "info", resource: own }
    case "OFFER_CLOSED":
      return { type: "payment.failed", resource: own }
    case "EXPIRE":
      return succeeded ? { type: "payment.expired", gatewayPayment } : { type: "info", ...change }

    case "CAPTURE":
      return readCapture(succeeded, change, reading)
    case "CAPTURE_FAILED":
      return reading.captureMethod === "automatic"
        ? { type: "capture.failed", gatewayPayment }
        : { type: "capture.failed", ...change }

    case "CANCELLATION":
    case "TECHNICAL_CANCEL":
      return { type: succeeded ? "payment.canceled" : "info", ...change }
    case "CANCEL_OR_REFUND":
      return readReversal(item, succeeded, change, reading)

    case "REFUND":
    case "REFUND_WITH_DATA":
      if (!item.originalReference) return { type: "info", resource: own }
      return { type: succeeded ? "refund.succeeded" : "refund.failed", ...change }
    case "POSTPONED_REFUND":
      return { type: succeeded ? "refund.pending" : "refund.failed", ...change }
    case "REFUND_FAILED":
    case "REFUNDED_REVERSED":
      return { type: "refund.failed", ...change }

    // Only a chargeback takes the money: https://docs.adyen.com/risk-management/disputes-api/dispute-notifications
    case "REQUEST_FOR_INFORMATION":
    case "NOTIFICATION_OF_CHARGEBACK":
      return { type: "dispute.opened", inquiry: true, ...change }
    case "CHARGEBACK":
      return { type: "dispute.opened", ...change }
    case "INFORMATION_SUPPLIED":
    case "ISSUER_COMMENTS":
    case "PREARBITRATION_OPEN":
      return { type: "dispute.updated", inquiry: true, ...change }
    case "CHARGEBACK_REVERSED":
    case "ISSUER_RESPONSE_TIMEFRAME_EXPIRED":
    case "PREARBITRATION_WON":
    case "PREARBITRATION_ISSUER_WITHDRAWN":
    case "SCHEME_ARBITRATION_WON":
      return { type: succeeded ? "dispute.won" : "dispute.updated", ...change }
    case "SECOND_CHARGEBACK":
    case "PREARBITRATION_LOST":
    case "SCHEME_ARBITRATION_LOST":
      return { type: succeeded ? "dispute.lost" : "dispute.updated", ...change }
    case "DISPUTE_DEFENSE_PERIOD_ENDED":
      return {
        type: isStillOpen(item, reading) ? "dispute.updated" : "dispute.lost",
        inquiry: true,
        ...change,
      }

    case "PAYOUT_THIRDPARTY":
      return { type: succeeded ? "payout.paid" : "payout.failed", resource: gatewayPayment }
    case "PAYOUT_DECLINE":
    case "PAYOUT_EXPIRE":
    case "PAIDOUT_REVERSED":
      return { type: succeeded ? "payout.failed" : "info", resource: gatewayPayment }

    case "NOTIFICATION_OF_FRAUD":
    case "MANUAL_REVIEW_REJECT":
    case "VOID_PENDING_REFUND":
    case "HANDLED_EXTERNALLY":
      return { type: "info", ...change }

    default:
      return undefined
  }
}

/** Where Adyen captures by itself, it tells the authorisation only. https://docs.adyen.com/online-payments/capture */
function paid(gatewayPayment: string, { captureMethod }: Reading): About {
  return { type: captureMethod === "automatic" ? "payment.captured" : "payment.authorized", gatewayPayment }
}

/**
 * Captured by hand, each capture is one of its own. Where Adyen captures by itself there is one capture, which the
 * authorisation told already; a refused one was asked for a second time and changes nothing.
 */
function readCapture(
  succeeded: boolean,
  change: Readonly<{ gatewayPayment: string; resource: string }>,
  { captureMethod }: Reading
): About {
  if (captureMethod === "manual")
    return { type: succeeded ? "payment.captured" : "capture.failed", ...change }
  return succeeded
    ? { type: "payment.captured", gatewayPayment: change.gatewayPayment }
    : { type: "info", ...change }
}

/** Which of the two Adyen did stands in `modification.action`, outside the signature. */
function readReversal(
  item: AdyenItem,
  succeeded: boolean,
  change: Readonly<{ gatewayPayment: string; resource: string }>,
  { trusted }: Reading
): About {
  const action = trusted && succeeded ? additional(item, "modification.action") : undefined
  if (action === "cancel") return { type: "payment.canceled", ...change }
  return { type: action === "refund" ? "refund.succeeded" : "info", ...change }
}

/** A request for information that nobody answered is not lost yet: a chargeback may follow. */
function isStillOpen(item: AdyenItem, { trusted }: Reading): boolean {
  const status = trusted ? additional(item, "disputeStatus") : undefined
  return status !== undefined && !["lost", "accepted", "undefended"].includes(status.toLowerCase())
}

function moneyOf({ amount }: AdyenItem): Pick<Statement, "money"> {
  if (!amount?.currency || amount.value.startsWith("-")) return {}
  return { money: fromAdyenAmount(amount.value, amount.currency) }
}

function detailsOf(
  item: AdyenItem,
  { trusted }: Reading
): Pick<Statement, "occurredAt" | "dueAt" | "reason"> {
  const told = item.reason === "null" ? "" : item.reason.slice(0, 500)
  const reason = { reason: { code: item.eventCode, ...(told ? { text: told } : {}) } }
  if (!trusted) return reason
  const occurredAt = readDate(item.eventDate)
  const dueAt = readDate(additional(item, "defensePeriodEndsAt"))
  return { ...reason, ...(occurredAt ? { occurredAt } : {}), ...(dueAt ? { dueAt } : {}) }
}

function readDate(text: string | undefined): Date | undefined {
  if (!text || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/.test(text)) return undefined
  const date = new Date(text)
  return date.getUTCFullYear() >= 1970 ? date : undefined
}

import type { Capture } from "./objects"
import { relatedId, type Statement } from "./statement"

/**
 * What a capture says. The payment's id is the authorisation's where there is one, else the capture's own: the ids that
 * classic messages have too. A status that is not listed is pending: never success, never failure.
 */
export function readCapture(capture: Capture, reference?: string): Statement[] {
  const authorization = relatedId(capture, "authorization")
  const { type, as } = typeOf(capture.status, authorization !== undefined)
  const reason = capture.status_details?.reason
  const { paypal_fee: fee, net_amount: net } = capture.seller_receivable_breakdown ?? {}
  const occurredAt = capture.update_time ?? capture.create_time
  const ours = capture.custom_id || reference
  return [
    {
      key: ["capture", capture.id, as, ...(as === "PENDING" && reason ? [reason] : [])].join(":"),
      type,
      ...(ours ? { reference: ours } : {}),
      gatewayPayment: authorization ?? capture.id,
      resource: capture.id,
      money: capture.amount,
      ...(type === "payment.captured" && fee ? { fee } : {}),
      ...(type === "payment.captured" && net ? { net } : {}),
      ...(occurredAt ? { occurredAt } : {}),
      ...(reason && type !== "payment.captured" ? { reason: { code: reason } } : {}),
    },
  ]
}

/** A capture of an authorisation that failed leaves the authorisation standing; one without it ends the payment. */
function typeOf(
  status: string | null | undefined,
  isOfAuthorization: boolean
): Readonly<{ type: Statement["type"]; as: string }> {
  switch (status) {
    case "COMPLETED":
    case "PARTIALLY_REFUNDED":
    case "REFUNDED":
      return { type: "payment.captured", as: "COMPLETED" }
    case "DECLINED":
    case "DENIED":
    case "FAILED":
      return { type: isOfAuthorization ? "capture.failed" : "payment.failed", as: "DECLINED" }
    default:
      return { type: "payment.pending", as: "PENDING" }
  }
}

/** The capture with its authorisation, which PayPal's short answers do not name. */
export function withAuthorization(capture: Capture, authorization: string | undefined): Capture {
  if (!authorization || relatedId(capture, "authorization")) return capture
  return { ...capture, supplementary_data: { related_ids: { authorization_id: authorization } } }
}

import type { Refund } from "./objects"
import { relatedId, type Statement } from "./statement"

/**
 * What a refund says. It belongs to the capture that it gives back, by whose id classic messages know it too; PayPal
 * does not name the authorisation here.
 */
export function readRefund(refund: Refund, reference?: string): Statement[] {
  const capture = relatedId(refund, "capture")
  const { type, as } = typeOf(refund.status)
  const reason = refund.status_details?.reason
  const occurredAt = refund.update_time ?? refund.create_time
  const ours = refund.custom_id || reference
  return [
    {
      key: ["refund", refund.id, as].join(":"),
      type,
      ...(ours ? { reference: ours } : {}),
      ...(capture ? { gatewayPayment: capture } : {}),
      resource: refund.id,
      money: refund.amount,
      ...(occurredAt ? { occurredAt } : {}),
      ...(reason && type !== "refund.succeeded" ? { reason: { code: reason } } : {}),
    },
  ]
}

function typeOf(status: string | null | undefined): Readonly<{ type: Statement["type"]; as: string }> {
  switch (status) {
    case "COMPLETED":
      return { type: "refund.succeeded", as: "COMPLETED" }
    case "FAILED":
    case "CANCELLED":
      return { type: "refund.failed", as: "FAILED" }
    default:
      return { type: "refund.pending", as: "PENDING" }
  }
}

/** Money that PayPal took back from a capture for a dispute or a chargeback; told with the shape of a refund. */
export function readReversal(reversal: Refund): Statement[] {
  const capture = relatedId(reversal, "capture") ?? reversal.id
  const occurredAt = reversal.update_time ?? reversal.create_time
  return [
    {
      key: ["reversal", reversal.id].join(":"),
      type: "dispute.opened",
      ...(reversal.custom_id ? { reference: reversal.custom_id } : {}),
      gatewayPayment: capture,
      resource: capture,
      money: reversal.amount,
      ...(occurredAt ? { occurredAt } : {}),
      reason: { code: reversal.status_details?.reason ?? "REVERSED" },
    },
  ]
}

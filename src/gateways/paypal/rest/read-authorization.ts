import type { Authorization } from "./objects"
import type { Statement } from "./statement"

/** What an authorisation says. PayPal calls one that lapsed voided as well: its expiry tells which it was. */
export function readAuthorization(authorization: Authorization, reference?: string): Statement[] {
  const { type, as } = typeOf(authorization)
  const reason = authorization.status_details?.reason
  const made = authorization.create_time ?? authorization.update_time
  const occurredAt = type === "payment.authorized" ? made : (authorization.update_time ?? made)
  const ours = authorization.custom_id || reference
  return [
    {
      key: ["authorization", authorization.id, as, ...(as === "PENDING" && reason ? [reason] : [])].join(":"),
      type,
      ...(ours ? { reference: ours } : {}),
      gatewayPayment: authorization.id,
      resource: authorization.id,
      money: authorization.amount,
      ...(occurredAt ? { occurredAt } : {}),
      ...(reason && type !== "payment.authorized" ? { reason: { code: reason } } : {}),
    },
  ]
}

function typeOf({ status, expiration_time, update_time }: Authorization): {
  type: Statement["type"]
  as: string
} {
  switch (status) {
    case "CREATED":
    case "CAPTURED":
    case "PARTIALLY_CAPTURED":
      return { type: "payment.authorized", as: "CREATED" }
    case "DENIED":
    case "FAILED":
      return { type: "payment.failed", as: "DENIED" }
    case "EXPIRED":
      return { type: "payment.expired", as: "VOIDED" }
    case "VOIDED": {
      const lapsed = expiration_time && update_time && update_time >= expiration_time
      return { type: lapsed ? "payment.expired" : "payment.canceled", as: "VOIDED" }
    }
    default:
      return { type: "payment.pending", as: "PENDING" }
  }
}

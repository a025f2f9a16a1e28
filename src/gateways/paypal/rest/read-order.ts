import type { Order } from "./objects"
import { readAuthorization } from "./read-authorization"
import { readCapture, withAuthorization } from "./read-capture"
import { readRefund } from "./read-refund"
import type { Statement } from "./statement"

/** Everything that an order says about its money; while there is none, only that the order is open, or that it ended. */
export function readOrder(order: Order, reference?: string): Statement[] {
  const units = order.purchase_units ?? []
  const statements = units.flatMap((unit) => {
    const ours = unit.custom_id || reference
    const authorizations = unit.payments?.authorizations ?? []
    const captures = unit.payments?.captures ?? []
    return [
      ...authorizations.flatMap((one) => readAuthorization(one, ours)),
      ...captures.flatMap((one) => readCapture(withAuthorization(one, authorizations[0]?.id), ours)),
      ...(unit.payments?.refunds ?? []).flatMap((one) => readRefund(one, ours)),
    ]
  })
  if (statements.length > 0) return statements
  const [unit] = units
  const ours = unit?.custom_id || reference
  const occurredAt = order.update_time ?? order.create_time
  return [
    {
      key: ["order", order.id, order.status ?? "?"].join(":"),
      type: order.status === "VOIDED" ? "payment.canceled" : "info",
      ...(ours ? { reference: ours } : {}),
      gatewayPayment: order.id,
      resource: order.id,
      ...(unit?.amount ? { money: unit.amount } : {}),
      ...(occurredAt ? { occurredAt } : {}),
    },
  ]
}

import { fromRazorpayAmount } from "./minor-units"
import type { RazorpayDispute, RazorpayPayment } from "./objects"
import { reasonOf, referenceIn, type Statement } from "./statement"

/**
 * What a dispute says by its status. One that was closed took no money unless Razorpay deducted some: it counts as won,
 * or as lost. `dueAt` is the day by which Razorpay wants an answer. https://razorpay.com/docs/api/disputes/entity/
 */
export function readDispute(
  dispute: RazorpayDispute,
  at: Date,
  isNew: boolean,
  payment?: RazorpayPayment
): Statement[] {
  const type = typeOf(dispute, isNew)
  const due = dispute.respond_by
  const open = type === "dispute.opened" || type === "dispute.updated"
  return [
    {
      type,
      ...referenceIn(payment?.notes),
      gatewayPayment: dispute.payment_id,
      resource: dispute.id,
      money: fromRazorpayAmount(dispute.amount, dispute.currency),
      occurredAt: at,
      ...(open && due && due.getTime() > 0 ? { dueAt: due } : {}),
      ...reasonOf(dispute.reason_code, dispute.reason_description),
    },
  ]
}

function typeOf({ status, amount_deducted: deducted }: RazorpayDispute, isNew: boolean): Statement["type"] {
  if (status === "won") return "dispute.won"
  if (status === "lost") return "dispute.lost"
  if (status === "closed") return deducted ? "dispute.lost" : "dispute.won"
  return isNew ? "dispute.opened" : "dispute.updated"
}

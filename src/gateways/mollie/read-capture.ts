import type { MollieCapture } from "./objects"
import { referenceIn, type Statement } from "./statement"

/** What a capture of a held payment says by its status; a pending one says nothing yet. */
export function readCapture(capture: MollieCapture): Statement[] {
  const { status, amount } = capture
  if (!amount || (status !== "succeeded" && status !== "failed")) return []
  return [
    {
      type: status === "succeeded" ? "payment.captured" : "capture.failed",
      mode: capture.mode ?? undefined,
      ...referenceIn(capture.metadata),
      gatewayPayment: capture.paymentId,
      resource: capture.id,
      money: amount,
      occurredAt: capture.createdAt,
    },
  ]
}

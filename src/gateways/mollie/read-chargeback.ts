import type { MollieChargeback } from "./objects"
import { reasonOf, type Statement } from "./statement"

/**
 * What a chargeback says: the bank took the money back, which only a reversal undoes. Mollie names no date to answer
 * by and never says that a chargeback is final. https://docs.mollie.com/reference/get-chargeback
 */
export function readChargeback(chargeback: MollieChargeback): Statement[] {
  const about = {
    mode: chargeback.mode ?? undefined,
    gatewayPayment: chargeback.paymentId,
    resource: chargeback.id,
    money: chargeback.amount,
    ...reasonOf(chargeback.reason?.code, chargeback.reason?.description),
  }
  const opened = { type: "dispute.opened", ...about, occurredAt: chargeback.createdAt } as const
  if (!chargeback.reversedAt) return [opened]
  return [opened, { type: "dispute.won", ...about, occurredAt: chargeback.reversedAt }]
}

import type { PayoutItem } from "./objects"
import type { Statement } from "./statement"

/** What an item of a payout says once it was paid or came back; nothing while it is under way. */
export function readPayout(item: PayoutItem, eventType: string): Statement[] {
  const type = outcomes[eventType.slice("PAYMENT.PAYOUTS-ITEM.".length)]
  if (!type) return []
  // Classic messages know an item by its transaction.
  const resource = item.transaction_id ?? item.payout_item_id
  const money = item.payout_item?.amount
  return [
    {
      key: ["payout", item.payout_item_id, type].join(":"),
      type,
      resource,
      ...(money ? { money } : {}),
      ...(item.payout_item_fee ? { fee: item.payout_item_fee } : {}),
      ...(item.time_processed ? { occurredAt: item.time_processed } : {}),
    },
  ]
}

const outcomes: Readonly<Record<string, "payout.paid" | "payout.failed" | undefined>> = {
  SUCCEEDED: "payout.paid",
  BLOCKED: "payout.failed",
  CANCELED: "payout.failed",
  DENIED: "payout.failed",
  FAILED: "payout.failed",
  REFUNDED: "payout.failed",
  RETURNED: "payout.failed",
}

import { useAnswer } from "../client/use-answer"

/** One thing that happened to an order's money. */
export type TimelineEntry = Readonly<{
  at: string
  kind: "started" | "told" | "done" | "decided" | "mailed" | "order_placed" | "order_canceled"
  what: string | null
  state: string | null
  amount: string | null
  currency_code: string | null
  reference: string | null
  account_id: string | null
  lane_id: string | null
  message_id: string | null
  actor_id: string | null
  note: string | null
}>

/** Everything that happened to an order's money, and whether any was asked for through our accounts. */
export function useTimeline(orderId: string) {
  return useAnswer<{ order_summary: { money: string | null; timeline: readonly TimelineEntry[] } }>(
    `/orders/${encodeURIComponent(orderId)}`
  )
}

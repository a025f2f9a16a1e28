import { useAnswer } from "../client/use-answer"
import type { Message } from "./message"

export type MoneyWord =
  | "not_paid"
  | "waiting"
  | "authorized"
  | "paid"
  | "part_paid"
  | "overpaid"
  | "refunded"
  | "part_refunded"
  | "failed"
  | "expired"
  | "disputed"

export type NextStep = Readonly<{
  kind: "decide" | "replay" | "answer_dispute" | "handled" | "asked"
  lane_id: string
  at?: string | null
}>

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

/** An order's money at a glance. */
export type OrderSummary = Readonly<{
  order_id: string
  display_id: number
  status: string
  money: MoneyWord | null
  currency_code: string
  expected_amount: string | null
  authorized_amount: string | null
  received_amount: string | null
  refunded_amount: string | null
  payments: readonly Readonly<{
    account_id: string
    payment_session_id: string | null
    lane_id: string | null
    state: string | null
    reason: string | null
  }>[]
  last_message: Message | null
  next_step: NextStep | null
  open_issues: number
  timeline: readonly TimelineEntry[]
}>

export function useOrderSummary(orderId: string) {
  return useAnswer<{ order_summary: OrderSummary }>(`/orders/${encodeURIComponent(orderId)}`)
}

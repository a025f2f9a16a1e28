import { useAnswer } from "../client/use-answer"
import type { Query } from "../client/ask"

export type Comparison = Readonly<{
  id: string
  account_id: string
  from_at: string
  to_at: string
  state: "waiting" | "running" | "done" | "failed"
  compared: number
  differences: number
  open_differences: number
  error: string | null
  actor_id: string | null
  created_at: string
  finished_at: string | null
}>

export const differenceKinds = [
  "only_at_gateway",
  "only_here",
  "amount_differs",
  "refund_missing",
  "open_too_long",
] as const

export type Difference = Readonly<{
  id: string
  kind: (typeof differenceKinds)[number]
  state: "open" | "pulled" | "explained"
  reference: string | null
  gateway_payment_id: string | null
  lane_id: string | null
  lane_state: "waiting" | "settled" | "unmatched" | "review" | "failed" | null
  order_id: string | null
  order_display_id: number | null
  here_amount: string | null
  gateway_amount: string | null
  currency_code: string | null
  can_pull: boolean
  note: string | null
}>

export type Coverage = "both_sides" | "ours_only" | "none"

/** One page of comparisons, the newest first. */
export function useComparisons(query: Query) {
  return useAnswer<{ reconciliations: Comparison[]; count: number }>("/reconciliations", query)
}

export function useComparison(id: string) {
  return useAnswer<{ reconciliation: Comparison & { coverage: Coverage } }>(
    `/reconciliations/${encodeURIComponent(id)}`
  )
}

/** What a comparison found. */
export function useDifferences(id: string, query: Query, options?: { everyMs?: number }) {
  return useAnswer<{ differences: Difference[]; count: number }>(
    `/reconciliations/${encodeURIComponent(id)}/differences`,
    query,
    options
  )
}

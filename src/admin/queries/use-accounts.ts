import { useAnswer } from "../client/use-answer"

/** A configured account, or a taken-over provider, and how it does. */
export type Account = Readonly<{
  id: string
  gateway_id: string
  gateway_title: string
  gateway_docs: string
  mode: "live" | "test"
  provider_id: string
  taken_over: boolean
  notify_url: string
  /** One that is neither set nor missing is optional. */
  secrets: readonly Readonly<{
    name: string
    is_set: boolean
    is_missing: boolean
    hints: readonly string[]
  }>[]
  state: "healthy" | "quiet" | "failing" | "not_set_up" | "paused"
  problems: readonly Readonly<{ issue_id: string; kind: string; severity: string }>[]
  paused: boolean
  /** In how many regions buyers are offered it. */
  offered_in: number
  can_ask: boolean
  can_compare: boolean
  last_proven: Readonly<{ message_id: string; received_at: string }> | null
  last_refusal: Readonly<{ why: string; detail: string | null; refused_at: string }> | null
  last_24_hours: Readonly<{ received: number; refused: number }>
  delay_p50_seconds: number | null
  settling_p50_seconds: number | null
  open_payments: number
  waiting: number
  needs_you: number
}>

/** Every account and how it does. */
export function useAccounts() {
  return useAnswer<{ accounts: Account[] }>("/accounts")
}

/** One account with its last refused calls, 14 days, and what is to be done at the gateway. */
export type AccountDetail = Account &
  Readonly<{
    refusals: readonly Readonly<{
      id: string
      why: string
      detail: string | null
      ip: string
      refused_at: string
    }>[]
    days: readonly Readonly<{ day: string; received: number; refused: number }>[]
    /** By language; English is always there. */
    setup: Readonly<Record<string, readonly string[]>>
  }>

export function useAccount(id: string) {
  return useAnswer<{ account: AccountDetail }>(`/accounts/${encodeURIComponent(id)}`)
}

/** What became of a call to the notify address. */
export type AddressTest = Readonly<{
  outcome: "arrived" | "changed" | "redirected" | "not_this_store" | "unreachable"
  notify_url: string
  status: number | null
  detail: string | null
  took_ms: number
}>

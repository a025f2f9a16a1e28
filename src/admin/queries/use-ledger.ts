import { useAnswer } from "../client/use-answer"
import type { Query } from "../client/ask"

export const entryKinds = ["payment", "fee", "refund", "dispute", "reversal", "payout", "adjustment"] as const
export type EntryKind = (typeof entryKinds)[number]

/** One entry of the ledger. Amounts are decimal strings in major units. */
export type LedgerEntry = Readonly<{
  id: string
  account_id: string
  entry: EntryKind
  debit: string
  credit: string
  amount: string
  currency_code: string
  gateway_change: string
  gateway_balance: string
  gateway_payment_id: string | null
  order_id: string | null
  order_display_id: number | null
  note: string | null
  occurred_at: string
  posted_at: string
}>

export type Balance = Readonly<{ ledger_account: string; currency_code: string; balance: string }>

/** An order of which Medusa and the ledger say different things. */
export type Drift = Readonly<{
  order_id: string
  display_id: number
  account_id: string
  currency_code: string
  medusa_amount: string
  ledger_amount: string
  difference: string
}>

/** One page of the ledger, the newest first. */
export function useLedger(query: Query) {
  return useAnswer<{ ledger_entries: LedgerEntry[]; count: number }>("/ledger", query)
}

export function useBalances(query: Query) {
  return useAnswer<{ balances: Balance[] }>("/ledger/balances", query)
}

export function useDrift(query: Query) {
  return useAnswer<{ drift: Drift[]; has_more: boolean }>("/ledger/drift", query)
}

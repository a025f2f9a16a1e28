import { z } from "@medusajs/framework/zod"
import type { LedgerEntryKind } from "../../../../domain/ledger"
import type { LedgerFilter } from "../../../../modules/ipn/ledger/entries"
import { amount, currency, moment, note, oneOrMany, paging, text, timeRange } from "../query"

const kinds = [
  "payment",
  "fee",
  "refund",
  "dispute",
  "reversal",
  "payout",
  "adjustment",
] as const satisfies readonly LedgerEntryKind[]

const filters = {
  account_id: text.optional(),
  currency_code: currency.optional(),
  entry: oneOrMany(z.enum(kinds)),
  ledger_account: text.optional(),
  order_id: text.optional(),
  lane_id: text.optional(),
  reference: text.optional(),
  occurred_at: timeRange,
}

export const listEntriesQuery = z.object({
  ...paging(50),
  ...filters,
  order: z.enum(["-occurred_at", "occurred_at"]).default("-occurred_at"),
})
export const readBalancesQuery = z.object(filters)
export const exportEntriesQuery = z.object({ ...filters, format: z.enum(["csv", "journal"]).default("csv") })
export const listDriftQuery = z.object({
  ...paging(50),
  account_id: text.optional(),
  order_id: oneOrMany(text),
  created_at: timeRange,
})

export const adjustBody = z.object({
  account_id: text,
  debit: text,
  credit: text,
  amount,
  currency_code: currency,
  note,
  order_id: text.optional(),
  occurred_at: moment.optional(),
  /** The same key again writes nothing and answers with the first entry. */
  idempotency_key: text.optional(),
})

/** The query as the ledger takes it: its period ends before `to`, ours with it. */
export function ledgerFilter(query: z.infer<typeof readBalancesQuery>): LedgerFilter {
  const { $gte, $lte } = query.occurred_at ?? {}
  return {
    accountId: query.account_id,
    currency: query.currency_code,
    entry: query.entry,
    ledgerAccount: query.ledger_account,
    orderId: query.order_id,
    laneId: query.lane_id,
    gatewayPayment: query.reference,
    from: $gte,
    to: $lte && new Date($lte.getTime() + 1),
  }
}

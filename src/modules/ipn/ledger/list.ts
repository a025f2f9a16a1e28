import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { fromDecimal } from "../../../domain/money"
import {
  gatewayChange,
  readEntries,
  selectEntries,
  whereEntries,
  type LedgerEntry,
  type LedgerFilter,
} from "./entries"

export type LedgerPage = Readonly<{
  /** Default `desc`: the newest first. */
  order?: "asc" | "desc"
  /** Default 50, at most 500. */
  limit?: number
  offset?: number
}>

/** An entry with what the gateway held after it, of its account and currency: whatever the filter left out counts too. */
export type ListedEntry = LedgerEntry & Readonly<{ gateway_balance: string }>

/** One page of the ledger, by the time of what happened, and how many entries the filter finds. */
export async function listEntries(
  db: Knex,
  filter: LedgerFilter,
  { order = "desc", limit = 50, offset = 0 }: LedgerPage = {}
): Promise<{ entries: ListedEntry[]; count: number }> {
  const where = whereEntries(filter)
  const direction = order === "asc" ? "asc" : "desc"
  const [page, counted] = await Promise.all([
    db.raw(
      `with page as (
         ${selectEntries} where ${where.sql}
         order by entry.occurred_at ${direction}, entry.id ${direction}
         limit ? offset ?
       ), ${withBalances}
       select page.*, (before.held + running.moved)::text as gateway_balance
       from page join before using (account_id, currency_code) join running using (id)
       order by page.occurred_at ${direction}, page.id ${direction}`,
      [...where.bindings, Math.min(Math.max(limit, 1), 500), Math.max(offset, 0)]
    ),
    db.raw(`select count(*)::int as count from ipn_ledger_entry entry where ${where.sql}`, [
      ...where.bindings,
    ]),
  ])
  const entries = readEntries<ListedEntry>((page as { rows: unknown }).rows)
  return {
    entries: entries.map((entry) => ({
      ...entry,
      gateway_balance: fromDecimal(entry.gateway_balance, entry.currency_code).amount,
    })),
    count: (counted as { rows: { count: number }[] }).rows[0]?.count ?? 0,
  }
}

/** What lies before the page is added up once; from the page's first entry on it is added entry by entry. */
const withBalances = `
  scope as (
    select account_id, currency_code, min(occurred_at) as first_at, max(occurred_at) as last_at
    from page group by account_id, currency_code
  ),
  before as (
    select scope.account_id, scope.currency_code, sum(${gatewayChange}) as held
    from scope left join ipn_ledger_entry entry
      on entry.account_id = scope.account_id and entry.currency_code = scope.currency_code
     and entry.occurred_at < scope.first_at and entry.deleted_at is null
    group by scope.account_id, scope.currency_code
  ),
  running as (
    select entry.id, sum(${gatewayChange}) over (
      partition by entry.account_id, entry.currency_code order by entry.occurred_at, entry.id
    ) as moved
    from scope join ipn_ledger_entry entry
      on entry.account_id = scope.account_id and entry.currency_code = scope.currency_code
     and entry.occurred_at between scope.first_at and scope.last_at and entry.deleted_at is null
  )`

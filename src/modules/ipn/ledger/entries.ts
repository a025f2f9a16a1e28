import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { ledgerAccounts, type LedgerEntryKind } from "../../../domain/ledger"
import { fromDecimal } from "../../../domain/money"

/** Which entries: all that are given must hold. Times are the gateway's own, `from` included, `to` not. */
export type LedgerFilter = Readonly<{
  accountId?: string | undefined
  /** Lower-case ISO 4217. */
  currency?: string | undefined
  entry?: LedgerEntryKind | readonly LedgerEntryKind[] | undefined
  /** An account of the ledger, or what lies under it: `assets:bank`, `expenses`. */
  ledgerAccount?: string | undefined
  orderId?: string | undefined
  laneId?: string | undefined
  gatewayPayment?: string | undefined
  from?: Date | undefined
  to?: Date | undefined
}>

/** One entry as people and exports read it. Amounts are decimal strings in major units. */
export type LedgerEntry = Readonly<{
  id: string
  account_id: string
  entry: LedgerEntryKind
  debit: string
  credit: string
  amount: string
  currency_code: string
  /** What it changed at the gateway: below zero when money left. */
  gateway_change: string
  subject: string
  ordinal: number
  lane_id: string | null
  gateway_payment_id: string | null
  /** The order that the payment belongs to now; it may have got one after it was posted. */
  order_id: string | null
  order_display_id: number | null
  note: string | null
  actor_id: string | null
  occurred_at: Date
  posted_at: Date
}>

/** The account that mirrors the gateway's own balance, in SQL. */
export const gatewayAccount = `('${ledgerAccounts.gateway("")}' || entry.account_id)`

/** What an entry changes at the gateway, in SQL. */
export const gatewayChange = `(case when entry.debit = ${gatewayAccount} then entry.amount::numeric
  when entry.credit = ${gatewayAccount} then -entry.amount::numeric else 0 end)`

/** All columns of {@link LedgerEntry}; `entry` is the ledger's row. */
export const selectEntries = `
  select entry.id, entry.account_id, entry.entry, entry.debit, entry.credit, entry.amount, entry.currency_code,
         ${gatewayChange}::text as gateway_change, entry.subject, entry.ordinal, entry.lane_id, entry.gateway_payment_id,
         coalesce(lane.order_id, entry.order_id) as order_id, "order".display_id as order_display_id,
         entry.note, entry.actor_id, entry.occurred_at, entry.created_at as posted_at
  from ipn_ledger_entry entry
  left join ipn_lane lane on lane.id = entry.lane_id
  left join "order" on "order".id = coalesce(lane.order_id, entry.order_id)`

export type Condition = Readonly<{ sql: string; bindings: readonly Knex.RawBinding[] }>

/** The filter in SQL, over `entry`. */
export function whereEntries(filter: LedgerFilter): Condition {
  const kinds = filter.entry === undefined ? undefined : [filter.entry].flat()
  const under = filter.ledgerAccount
  const conditions: (Condition | undefined)[] = [
    { sql: "entry.deleted_at is null", bindings: [] },
    given("entry.account_id = ?", filter.accountId),
    given("entry.currency_code = ?", filter.currency?.toLowerCase()),
    kinds && { sql: "entry.entry = any(?::text[])", bindings: [kinds] },
    under === undefined
      ? undefined
      : {
          sql: `(entry.debit = ? or entry.credit = ? or starts_with(entry.debit, ?) or starts_with(entry.credit, ?))`,
          bindings: [under, under, `${under}:`, `${under}:`],
        },
    filter.orderId === undefined
      ? undefined
      : {
          // An entry's payment may have been attached to an order, or to another one, after it was posted.
          sql: `(entry.lane_id = any(array(select id from ipn_lane where order_id = ? and deleted_at is null))
                 or (entry.order_id = ? and not exists (select 1 from ipn_lane
                       where ipn_lane.id = entry.lane_id and ipn_lane.order_id <> entry.order_id)))`,
          bindings: [filter.orderId, filter.orderId],
        },
    given("entry.lane_id = ?", filter.laneId),
    given("entry.gateway_payment_id = ?", filter.gatewayPayment),
    given("entry.occurred_at >= ?", filter.from?.toISOString()),
    given("entry.occurred_at < ?", filter.to?.toISOString()),
  ]
  const held = conditions.filter((condition) => condition !== undefined)
  return {
    sql: held.map(({ sql }) => sql).join(" and "),
    bindings: held.flatMap(({ bindings }) => bindings),
  }
}

function given(sql: string, value: string | undefined): Condition | undefined {
  return value === undefined ? undefined : { sql, bindings: [value] }
}

/** Rows as Postgres gives them, with every amount in its currency's digits. */
export function readEntries<T extends LedgerEntry>(rows: unknown): T[] {
  return (rows as T[]).map((row) => ({
    ...row,
    gateway_change: fromDecimal(row.gateway_change, row.currency_code).amount,
  }))
}

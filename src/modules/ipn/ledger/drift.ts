import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { ledgerAccounts } from "../../../domain/ledger"
import { roundToCurrency, subtract } from "../../../domain/money"

/** Which orders to compare. */
export type DriftQuery = Readonly<{
  accountId?: string | undefined
  orderIds?: readonly string[] | undefined
  /** Orders placed from then on, and before then. */
  from?: Date | undefined
  to?: Date | undefined
  /** Orders in which something moved within this time are left out: they may be about to agree. Default 5 minutes. */
  quietForMs?: number | undefined
  /** Default 100, at most 1,000. */
  limit?: number | undefined
  offset?: number | undefined
}>

/** An order of which Medusa and the ledger say different things. Amounts are decimal strings in major units. */
export type Drift = Readonly<{
  order_id: string
  display_id: number
  account_id: string
  currency_code: string
  /** Captures minus refunds in Medusa's order transactions, of payments that the plugin knows. */
  medusa_amount: string
  /** Payments minus refunds in the ledger. */
  ledger_amount: string
  /** `ledger_amount` minus `medusa_amount`. */
  difference: string
}>

/** The orders whose captures minus refunds in Medusa are not what the ledger says, the oldest first. */
export async function findDrift(db: Knex, query: DriftQuery = {}): Promise<Drift[]> {
  const { accountId, orderIds, from, to, quietForMs = 5 * 60_000, limit = 100, offset = 0 } = query
  const { rows } = await db.raw(
    `with wanted as (
       select "order".id, "order".display_id, "order".created_at from "order"
       where "order".deleted_at is null
         and (?::text[] is null or "order".id = any(?::text[]))
         and (?::timestamptz is null or "order".created_at >= ?)
         and (?::timestamptz is null or "order".created_at < ?)
     ),
     in_medusa as (
       select wanted.id as order_id, expected.account_id, moved.currency_code,
              sum(coalesce((moved.raw_amount->>'value')::numeric, moved.amount)) as amount,
              max(moved.created_at) as last_at
       from wanted
       join order_transaction moved on moved.order_id = wanted.id and moved.deleted_at is null
       left join capture on moved.reference = 'capture' and capture.id = moved.reference_id
       left join refund on moved.reference = 'refund' and refund.id = moved.reference_id
       join payment on payment.id = coalesce(capture.payment_id, refund.payment_id)
       join (select distinct account_id, reference from ipn_expected_payment where deleted_at is null) expected
         on expected.reference = payment.payment_session_id
       group by wanted.id, expected.account_id, moved.currency_code
     ),
     -- The order that a payment belongs to now counts, whatever it was when the entry was posted.
     of_order as (
       select wanted.id as wanted_id, entry.* from wanted
       join ipn_lane lane on lane.order_id = wanted.id and lane.deleted_at is null
       join ipn_ledger_entry entry on entry.lane_id = lane.id and entry.deleted_at is null
       union all
       select wanted.id as wanted_id, entry.* from wanted
       join ipn_ledger_entry entry on entry.order_id = wanted.id and entry.deleted_at is null
       where not exists (select 1 from ipn_lane lane where lane.id = entry.lane_id and lane.order_id is not null)
     ),
     in_ledger as (
       select wanted_id as order_id, account_id, currency_code,
              sum(case when credit in (:orders, :refunds) then amount::numeric else 0 end
                - case when debit in (:orders, :refunds) then amount::numeric else 0 end) as amount,
              max(created_at) as last_at
       from of_order
       where debit in (:orders, :refunds) or credit in (:orders, :refunds)
       group by wanted_id, account_id, currency_code
     )
     select wanted.id as order_id, wanted.display_id, account_id, currency_code,
            coalesce(in_medusa.amount, 0)::text as medusa_amount, coalesce(in_ledger.amount, 0)::text as ledger_amount
     from in_medusa full join in_ledger using (order_id, account_id, currency_code)
     join wanted on wanted.id = order_id
     where coalesce(in_medusa.amount, 0) <> coalesce(in_ledger.amount, 0)
       and (?::text is null or account_id = ?)
       and greatest(in_medusa.last_at, in_ledger.last_at) <= now() - ? * interval '1 millisecond'
     order by wanted.created_at, wanted.id, account_id, currency_code
     limit ? offset ?`
      .replaceAll(":orders", `'${ledgerAccounts.orders}'`)
      .replaceAll(":refunds", `'${ledgerAccounts.refunds}'`),
    [
      ...twice(orderIds ? [...orderIds] : null),
      ...twice(from?.toISOString() ?? null),
      ...twice(to?.toISOString() ?? null),
      ...twice(accountId ?? null),
      quietForMs,
      Math.min(Math.max(limit, 1), 1000),
      Math.max(offset, 0),
    ]
  )
  return (rows as Omit<Drift, "difference">[]).map((row) => {
    const medusa = roundToCurrency(row.medusa_amount, row.currency_code)
    const ledger = roundToCurrency(row.ledger_amount, row.currency_code)
    return {
      ...row,
      medusa_amount: medusa.amount,
      ledger_amount: ledger.amount,
      difference: subtract(ledger, medusa).amount,
    }
  })
}

function twice<T>(value: T): [T, T] {
  return [value, value]
}

import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { roundToCurrency, type Money } from "../../../domain/money"

/** What one account moved in one currency within a time. */
export type DayRow = Readonly<{
  accountId: string
  payments: number
  paid: Money
  refunded: Money
  fees: Money
}>

/** The ledger's payments, refunds and fees that happened from `from` until before `to`, by account and currency. */
export async function readDay(db: Knex, from: Date, to: Date): Promise<DayRow[]> {
  const { rows } = await db.raw(
    `select account_id as "accountId", currency_code as currency,
       count(distinct lane_id) filter (where entry = 'payment')::int as payments,
       coalesce(sum(amount::numeric) filter (where entry = 'payment'), 0)::text as paid,
       coalesce(sum(amount::numeric) filter (where entry = 'refund'), 0)::text as refunded,
       coalesce(sum(amount::numeric) filter (where entry = 'fee'), 0)::text as fees
     from ipn_ledger_entry
     where occurred_at >= ? and occurred_at < ? and deleted_at is null
     group by 1, 2 order by 1, 2`,
    [from, to]
  )
  return (
    rows as {
      accountId: string
      currency: string
      payments: number
      paid: string
      refunded: string
      fees: string
    }[]
  ).map(({ accountId, currency, payments, ...amounts }) => ({
    accountId,
    payments,
    paid: roundToCurrency(amounts.paid, currency),
    refunded: roundToCurrency(amounts.refunded, currency),
    fees: roundToCurrency(amounts.fees, currency),
  }))
}

/** The day that ended last in a time zone: `2026-11-21`, with its first moment and the next day's. */
export function dayBefore(now: Date, timeZone: string): { day: string; from: Date; to: Date } {
  const to = startOfDay(now, timeZone)
  const from = startOfDay(new Date(to.getTime() - 3_600_000), timeZone)
  return { day: dayOf(from, timeZone), from, to }
}

function dayOf(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat("en-CA", {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    timeZone,
  }).format(at)
}

/** By the quarter of an hour: all time zones and changes of clocks lie on one. */
function startOfDay(at: Date, timeZone: string): Date {
  const quarter = 15 * 60_000
  const day = dayOf(at, timeZone)
  let time = Math.floor(at.getTime() / quarter) * quarter
  while (dayOf(new Date(time - quarter), timeZone) === day) time -= quarter
  return new Date(time)
}

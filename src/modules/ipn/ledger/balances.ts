import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { fromDecimal } from "../../../domain/money"
import { whereEntries, type LedgerFilter } from "./entries"

/** What one account of the ledger holds: decimal string in major units, below zero when more left than came. */
export type LedgerBalance = Readonly<{ ledger_account: string; currency_code: string; balance: string }>

/** The balance of every account and currency that was ever moved; with a period, what moved in it. Adds up to zero. */
export async function readBalances(db: Knex, filter: LedgerFilter): Promise<LedgerBalance[]> {
  const where = whereEntries(filter)
  const { rows } = await db.raw(
    `select side.account as ledger_account, entry.currency_code, sum(side.amount)::text as balance
     from ipn_ledger_entry entry
     cross join lateral (values (entry.debit, entry.amount::numeric), (entry.credit, -entry.amount::numeric))
       as side (account, amount)
     where ${where.sql}
     group by side.account, entry.currency_code
     order by side.account collate "C", entry.currency_code`,
    [...where.bindings]
  )
  return (rows as LedgerBalance[]).map((row) => ({
    ...row,
    balance: fromDecimal(row.balance, row.currency_code).amount,
  }))
}

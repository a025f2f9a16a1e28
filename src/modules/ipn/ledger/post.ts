import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { monotonicFactory } from "ulid"
import type { Facts } from "../../../domain/fold"
import { missingEntries, standings, type MissingEntry, type Posted } from "../../../domain/ledger"
import { fromDecimal } from "../../../domain/money"
import type { LedgerTimes } from "../../../domain/our-money"

/** What a lane's facts are posted with. */
export type LanePosting = Readonly<{
  accountId: string
  laneId: string
  /** Of what is really ours: see `ourMoney`. */
  facts: Facts
  times?: LedgerTimes
  orderId?: string | undefined
  gatewayPayment?: string | undefined
}>

/** Entries of one posting keep their order by id, also within one millisecond. */
const nextId = monotonicFactory()

/** Others may post the same lane at once; each round lost to them leaves less to post. */
const maxRounds = 8

/**
 * Posts what a lane's facts say and the ledger does not have yet. Returns how many entries were posted: 0 when both
 * agree. Safe in several processes at once: an entry's place can be taken once, and who comes second looks again.
 */
export async function postLane(db: Knex, posting: LanePosting): Promise<number> {
  const wanted = standings(posting.accountId, posting.facts, posting.times)
  let count = 0
  for (let round = 1; round <= maxRounds; round++) {
    const missing = missingEntries(wanted, await readPosted(db, posting))
    if (missing.length === 0) return count
    const written = await write(db, posting, missing)
    count += written
    if (written === missing.length) return count
  }
  throw new Error(
    `the ledger of ${posting.laneId} was changed by others ${maxRounds} times: tried again later`
  )
}

/** Subjects hold the lane's id: an account has many lanes, and each its own captures. */
function withLane(laneId: string, subject: string): string {
  return `${laneId}:${subject}`
}

type PostedRow = {
  subject: string
  entry: Posted["entry"] | null
  debit: string
  credit: string
  amount: string
  currency_code: string
  entries: number
}

async function readPosted(
  db: Knex,
  { accountId, laneId }: Pick<LanePosting, "accountId" | "laneId">
): Promise<Posted[]> {
  const { rows } = await db.raw(
    `select subject, currency_code, count(*)::int as entries,
            min(entry) filter (where entry <> 'reversal') as entry,
            min(case when entry = 'reversal' then credit else debit end) as debit,
            min(case when entry = 'reversal' then debit else credit end) as credit,
            sum(case when entry = 'reversal' then -amount::numeric else amount::numeric end)::text as amount
     from ipn_ledger_entry
     where lane_id = ? and account_id = ? and entry <> 'adjustment' and deleted_at is null
     group by subject, currency_code
     order by min(id)`,
    [laneId, accountId]
  )
  return (rows as PostedRow[]).map(({ subject, entry, debit, credit, amount, currency_code, entries }) => ({
    subject: subject.slice(laneId.length + 1),
    // Only fees can begin with money that comes back.
    entry: entry ?? "fee",
    debit,
    credit,
    money: fromDecimal(amount, currency_code),
    entries,
  }))
}

/** Writes entries whose places are still free. Returns how many were. */
async function write(
  db: Knex,
  { accountId, laneId, orderId, gatewayPayment }: LanePosting,
  missing: readonly MissingEntry[]
): Promise<number> {
  const now = new Date()
  const entries = missing.map(({ subject, ordinal, entry, debit, credit, money, at }) => ({
    id: `ipnled_${nextId()}`,
    subject: withLane(laneId, subject),
    ordinal,
    entry,
    debit,
    credit,
    amount: money.amount,
    currency_code: money.currency,
    // A gateway's clock may go ahead of ours; the ledger never does.
    occurred_at: at && at < now ? at : now,
  }))
  const { rows } = await db.raw(
    `insert into ipn_ledger_entry
       (id, account_id, lane_id, order_id, gateway_payment_id, subject, ordinal, entry, debit, credit, amount, currency_code, occurred_at)
     select id, ?, ?, ?, ?, subject, ordinal, entry, debit, credit, amount, currency_code, occurred_at
     from json_to_recordset(?::json) as missing
       (id text, subject text, ordinal int, entry text, debit text, credit text, amount text, currency_code text, occurred_at timestamptz)
     on conflict (account_id, subject, ordinal) where deleted_at is null do nothing
     returning id`,
    [accountId, laneId, orderId ?? null, gatewayPayment ?? null, JSON.stringify(entries)]
  )
  return (rows as unknown[]).length
}

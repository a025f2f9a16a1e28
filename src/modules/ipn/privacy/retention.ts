import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { encodeTime } from "ulid"
import type { Settings } from "../../../config/settings"

/** How many rows were emptied or dropped. */
export type Pruned = Readonly<{
  payloads: number
  messages: number
  refusals: number
  days: number
  told: number
  effects: number
  expected: number
  holds: number
  replays: number
  comparisons: number
}>

const dayMs = 86_400_000
/** Rows of one statement, and statements of one run for each kind: the next run goes on. */
const atOnce = 1_000
const statements = 500

/**
 * Drops what was kept long enough, in batches that wait for nobody; any number of processes may do it at once. Payment
 * events, lanes, the ledger, issues, decisions and what was told of a payment stay: they hold no payloads, and a message
 * sent again after years is still known by them.
 */
export class Retention {
  /** Up to which id this process has looked, for sweeps that leave rows behind them. */
  private readonly swept = new Map<string, string>()

  constructor(
    private readonly db: Knex,
    private readonly settings: () => Promise<Settings>
  ) {}

  async prune(now: Date = new Date()): Promise<Pruned> {
    const { payload_days: payloadDays, message_days: messageDays } = (await this.settings()).retention
    const payloadsUntil = now.getTime() - payloadDays * dayMs
    const rowsUntil = now.getTime() - Math.max(messageDays, payloadDays) * dayMs
    return {
      payloads: await this.sweep("ipnmsg_", payloadsUntil, emptyPayloads),
      messages: await this.sweep("ipnmsg_", rowsUntil, dropMessages),
      refusals: await this.dropBefore(payloadsUntil, dropRefusals),
      days: await this.dropBefore(rowsUntil, dropDays),
      told: await this.sweep("ipnout_", rowsUntil, dropTold),
      effects: await this.sweep("ipneff_", rowsUntil, dropEffects),
      expected: await this.sweep("ipnexp_", rowsUntil, dropExpected),
      holds: await this.sweep("ipnhold_", rowsUntil, dropHolds),
      replays: await this.sweep("ipnrep_", rowsUntil, dropReplays),
      comparisons: await this.sweep("ipnrec_", rowsUntil, dropComparisons),
    }
  }

  /**
   * Goes through ids, which begin with their time, by the primary key. Starts over two days behind where it ended
   * before: what was locked then, or not finished, is looked at again.
   */
  private async sweep(prefix: string, until: number, sql: string): Promise<number> {
    const end = prefix + floorOf(until)
    let after = this.swept.get(sql) ?? prefix
    let count = 0
    for (let i = 0; i < statements; i++) {
      const { rows } = await this.db.raw(sql, [after, end, atOnce])
      const { touched = 0, last = null } = (rows as { touched: number; last: string | null }[])[0] ?? {}
      count += touched
      if (last === null) {
        this.swept.set(sql, prefix + floorOf(until - 2 * dayMs))
        return count
      }
      after = last
      this.swept.set(sql, after)
    }
    return count
  }

  private async dropBefore(until: number, sql: string): Promise<number> {
    const { rows } = await this.db.raw(sql, [new Date(until).toISOString()])
    return (rows as { touched: number }[])[0]?.touched ?? 0
  }
}

/** The least ULID of a time. */
function floorOf(time: number): string {
  return encodeTime(Math.max(0, time), 10) + "0".repeat(16)
}

/** Rows between two ids that may go, oldest first; those that somebody works on are left out. */
const oldest = (table: string, columns: string, condition: string) =>
  `select ${columns} from ${table} old where old.id > ? and old.id < ? and old.deleted_at is null and ${condition}
   order by old.id limit ? for update of old skip locked`

const counted = (returning: string) => `select count(*)::int as touched, max(id) as last from ${returning}`

const emptyPayloads = `with old as (${oldest("ipn_message", "id", "body_state <> 'pruned'")}),
  emptied as (
    update ipn_message message set
      body = '', query = '', headers = '{}', ip = '', body_state = 'pruned', seal_key_id = null, updated_at = now()
    from old where message.id = old.id returning message.id
  ) ${counted("emptied")}`

/** With the lanes in which they once waited to be confirmed. */
const dropMessages = `with old as (${oldest("ipn_message", "id, account_id", "true")}),
  lanes as (
    delete from ipn_lane lane using old where lane.account_id = old.account_id and lane.key = 'msg:' || old.id
  ), dropped as (
    delete from ipn_message message using old where message.id = old.id returning message.id
  ) ${counted("dropped")}`

const dropRefusals = `with dropped as (delete from ipn_refusal where refused_at < ?::timestamptz returning id) ${counted("dropped")}`

const dropDays = `with dropped as (delete from ipn_day_count where day < to_char(?::timestamptz at time zone 'UTC', 'YYYY-MM-DD') returning id) ${counted("dropped")}`

/** What was told of a payment is what keeps it from being told again: it stays. */
const dropTold = dropOf("ipn_outbox", "old.lane_id is null and old.state in ('sent', 'dropped')")

/** Evidence of what came to its end. Kinds that later plans read, such as what we cancelled or took back, stay. */
const dropEffects = dropOf(
  "ipn_effect",
  `old.state <> 'started'
   and old.kind in ('mark_session', 'restore_session', 'authorize_payment', 'complete_cart', 'record_capture', 'record_transaction')
   and exists (select 1 from ipn_lane lane where lane.id = old.lane_id and lane.state = 'settled' and lane.due_at is null)`
)

/** What was asked for and never paid. */
const dropExpected = dropOf(
  "ipn_expected_payment",
  `not exists (
     select 1 from ipn_lane lane
     where lane.account_id = old.account_id and lane.key = 'ref:' || old.reference and lane.deleted_at is null
   )`
)

/** The goods are free or an order's. */
const dropHolds = dropOf("ipn_hold", "old.state in ('released', 'ordered')")

const dropReplays = dropOf("ipn_replay", "old.state in ('done', 'failed')")

/** Comparisons without a difference that still waits for somebody. */
const dropComparisons = `with old as (${oldest(
  "ipn_reconciliation",
  "id",
  `old.state in ('done', 'failed') and not exists (
     select 1 from ipn_difference difference where difference.reconciliation_id = old.id and difference.state = 'open'
   )`
)}), differences as (
    delete from ipn_difference difference using old where difference.reconciliation_id = old.id
  ), dropped as (
    delete from ipn_reconciliation comparison using old where comparison.id = old.id returning comparison.id
  ) ${counted("dropped")}`

function dropOf(table: string, condition: string): string {
  return `with old as (${oldest(table, "id", condition)}),
  dropped as (delete from ${table} gone using old where gone.id = old.id returning gone.id) ${counted("dropped")}`
}

import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { AccountHealth } from "./account-health"
import { countMessages } from "./count-messages"
import { idsBetween, lookedAt } from "./page"

/** One day (UTC) of the bars. */
export type Day = Readonly<{
  /** `2026-11-22` */
  day: string
  received: number
  /** Those of the day that still wait, or that need a person, now. */
  waiting: number
  needs_you: number
  failed: number
  done: number
  /** Calls that could not be proven. */
  refused: number
}>

/** Something that the owner should see before anything else. */
export type Banner = Readonly<{
  kind: "no_email_provider" | "never_proven" | "secret_missing" | "late" | "test_account_in_production"
  account_id: string | null
  /** What exactly: the name of a secret, or since when. */
  detail: string | null
}>

export type Overview = Readonly<{
  /** Of today (UTC), but for what waits and what needs somebody now. */
  received_today: number
  done_today: number
  waiting: number
  needs_you: number
  days: readonly Day[]
  banners: readonly Banner[]
}>

const dayMs = 86_400_000
const days = 14
const lateMinutes = 5

/** What each account received on days that are over: it changes no more, but by retention. */
const over = new Map<string, Map<string, number>>()
const keptAccountDays = 5_000

/** The four numbers, 14 days, and what is wrong. */
export async function readOverview(
  db: Knex,
  {
    accounts,
    production,
    now = new Date(),
  }: { accounts: readonly AccountHealth[]; production: boolean; now?: Date }
): Promise<Overview> {
  const ids = accounts.map(({ id }) => id)
  const [counts, bars, late, mails] = await Promise.all([
    countMessages(db, {}, ids),
    readDays(db, ids, now),
    findLate(
      db,
      accounts.filter(({ paused }) => !paused).map(({ id }) => id)
    ),
    hasMailProvider(db),
  ])
  const today = bars.at(-1)
  return {
    received_today: today?.received ?? 0,
    done_today: today?.done ?? 0,
    waiting: counts.waiting,
    needs_you: counts.needs_you,
    days: bars,
    banners: bannersOf(accounts, { production, late, mails }),
  }
}

/** What one account received and refused on each of the last 14 days (UTC). */
export async function readAccountDays(
  db: Knex,
  accountId: string,
  now: Date = new Date()
): Promise<Pick<Day, "day" | "received" | "refused">[]> {
  const names = lastDays(now)
  const [received, refused] = await Promise.all([
    countReceived(db, [accountId], names),
    countRefused(db, [accountId], names),
  ])
  return names.map((day) => ({ day, received: received.get(day) ?? 0, refused: refused.get(day) ?? 0 }))
}

function lastDays(now: Date): string[] {
  return Array.from({ length: days }, (_, index) =>
    new Date(now.getTime() - (days - 1 - index) * dayMs).toISOString().slice(0, 10)
  )
}

async function readDays(db: Knex, accounts: readonly string[], now: Date): Promise<Day[]> {
  const names = lastDays(now)
  const [received, open, refused] = await Promise.all([
    countReceived(db, accounts, names),
    db.raw(
      `select to_char(received_at at time zone 'UTC', 'YYYY-MM-DD') as day,
         count(distinct id) filter (where kind = 'waiting')::int as waiting,
         count(distinct id) filter (where kind <> 'waiting')::int as needs_you,
         count(distinct id) filter (where kind = 'failed')::int as failed
       from (
         (select event.message_id as id, event.received_at, case when lane.state = 'failed' then 'failed' else 'review' end as kind
          from ipn_lane lane join ipn_payment_event event on event.lane_id = lane.id and event.deleted_at is null
          where lane.state in ('review', 'unmatched', 'failed') and lane.state <> 'settled' and lane.deleted_at is null
            and event.message_id is not null and (event.outcome is null or event.outcome in ('review', 'unmatched'))
          order by event.message_id desc limit ${lookedAt})
         union all
         (select id, received_at, 'review' from ipn_message
          where unreadable is not null and deleted_at is null order by id desc limit ${lookedAt})
         union all
         (select event.message_id, event.received_at, 'waiting'
          from ipn_lane lane join ipn_payment_event event on event.lane_id = lane.id and event.deleted_at is null
          where lane.due_at is not null and lane.state = 'waiting' and lane.deleted_at is null
            and event.message_id is not null and event.outcome is null
          limit ${lookedAt})
       ) open group by 1`
    ) as Promise<{ rows: Pick<Day, "day" | "waiting" | "needs_you" | "failed">[] }>,
    countRefused(db, accounts, names),
  ])
  return names.map((day) => {
    const { waiting = 0, needs_you = 0, failed = 0 } = open.rows.find((row) => row.day === day) ?? {}
    const count = received.get(day) ?? 0
    return {
      day,
      received: count,
      waiting,
      needs_you,
      failed,
      done: Math.max(count - waiting - needs_you, 0),
      refused: refused.get(day) ?? 0,
    }
  })
}

async function countRefused(
  db: Knex,
  accounts: readonly string[],
  names: readonly string[]
): Promise<Map<string, number>> {
  const { rows } = await db.raw(
    `select day, sum(refused)::int as refused from ipn_day_count
     where account_id = any(?::text[]) and day = any(?::text[]) and deleted_at is null group by day`,
    [[...accounts], [...names]]
  )
  return new Map((rows as { day: string; refused: number }[]).map(({ day, refused }) => [day, refused]))
}

/** By the index of each account; days that are over are counted once in a process. */
async function countReceived(
  db: Knex,
  accounts: readonly string[],
  names: readonly string[]
): Promise<Map<string, number>> {
  const total = new Map<string, number>()
  const today = names.at(-1)
  const wanted = accounts.flatMap((account_id) =>
    names.flatMap((day) => {
      const known = day === today ? undefined : over.get(day)?.get(account_id)
      if (known !== undefined) total.set(day, (total.get(day) ?? 0) + known)
      const from = new Date(`${day}T00:00:00.000Z`)
      const { first, last } = idsBetween("ipnmsg_", { from, to: new Date(from.getTime() + dayMs - 1) })
      return known === undefined ? [{ account_id, day, first, last }] : []
    })
  )
  const { rows } = await db.raw(
    `select wanted.account_id, wanted.day, counted.received
     from json_to_recordset(?::json) as wanted(account_id text, day text, first text, last text)
     cross join lateral (
       select count(*)::int as received from ipn_message
       where (account_id, id) >= (wanted.account_id, wanted.first) and (account_id, id) <= (wanted.account_id, wanted.last)
         and deleted_at is null
     ) counted`,
    [JSON.stringify(wanted)]
  )
  if (over.size * accounts.length > keptAccountDays) over.clear()
  for (const { account_id, day, received } of rows as {
    account_id: string
    day: string
    received: number
  }[]) {
    total.set(day, (total.get(day) ?? 0) + received)
    if (day === today) continue
    over.set(day, (over.get(day) ?? new Map<string, number>()).set(account_id, received))
  }
  return total
}

/** Since when the oldest payment waits that nobody looks after; undefined when all is in time. */
async function findLate(db: Knex, accounts: readonly string[]): Promise<Date | undefined> {
  const { rows } = await db.raw(
    `select min(since) as since from (
       (select due_at as since from ipn_lane
        where due_at < now() - ? * interval '1 minute' and (lease_until is null or lease_until < now())
          and account_id = any(?::text[]) and deleted_at is null order by due_at limit 1)
       union all
       (select created_at from ipn_intake
        where created_at < now() - ? * interval '1 minute' order by id limit 1)
     ) late`,
    [lateMinutes, [...accounts], lateMinutes]
  )
  return (rows as { since: Date | null }[])[0]?.since ?? undefined
}

async function hasMailProvider(db: Knex): Promise<boolean> {
  const { rows } = await db.raw(
    `select 1 from notification_provider where is_enabled and 'email' = any(channels) and deleted_at is null limit 1`
  )
  return (rows as unknown[]).length > 0
}

function bannersOf(
  accounts: readonly AccountHealth[],
  { production, late, mails }: { production: boolean; late: Date | undefined; mails: boolean }
): Banner[] {
  return [
    ...(late ? [{ kind: "late" as const, account_id: null, detail: late.toISOString() }] : []),
    ...accounts
      .filter(({ last_proven, paused }) => !last_proven && !paused)
      .map(({ id }) => ({ kind: "never_proven" as const, account_id: id, detail: null })),
    ...accounts.flatMap(({ id, secrets }) =>
      secrets
        .filter(({ is_missing }) => is_missing)
        .map(({ name }) => ({ kind: "secret_missing" as const, account_id: id, detail: name }))
    ),
    ...accounts
      .filter(({ mode }) => production && mode === "test")
      .map(({ id }) => ({ kind: "test_account_in_production" as const, account_id: id, detail: null })),
    ...(mails ? [] : [{ kind: "no_email_provider" as const, account_id: null, detail: null }]),
  ]
}

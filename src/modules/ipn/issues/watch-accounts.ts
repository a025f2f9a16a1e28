import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { issueKinds } from "../../../domain/issue-kinds"
import type { Issue } from "../../../domain/issues"
import { findSilence, type Start } from "../../../domain/silence"

/** Work that waits for longer than this means that nobody does it. */
const lateMinutes = 5
/** So many refusals within the minutes are a burst. The ring holds the last 20 of an account, at most one a second. */
const burst = { refusals: 10, minutes: 10 }
/** How many of an account's latest payments tell what is usual. */
const sampled = 300
/** How many of the latest messages of all accounts are looked at. */
const recentMessages = 500

/** Accounts whose payments could not be handled, or that wait for too long. Paused ones wait because they were told to. */
export async function findFailing(db: Knex, paused: readonly string[]): Promise<Issue[]> {
  const { rows } = await db.raw(
    `select account_id as "accountId", count(*)::int as count, null::timestamptz as since
     from ipn_lane where state = 'failed' and deleted_at is null group by account_id
     union all
     select account_id, null, min(since) from (
       select account_id, due_at as since from ipn_lane
       where due_at < now() - ? * interval '1 minute' and (lease_until is null or lease_until < now())
         and deleted_at is null
       union all
       select account_id, first_due_at from ipn_lane
       where state <> 'settled' and state = 'waiting' and error is not null and attempts >= 3
         and first_due_at < now() - ? * interval '1 minute' and due_at is not null and deleted_at is null
       union all
       select entry->>'account_id', created_at from ipn_intake cross join json_array_elements(entries::json) entry
       where created_at < now() - ? * interval '1 minute'
     ) late where account_id <> all(?::text[]) group by account_id`,
    [lateMinutes, lateMinutes, lateMinutes, [...paused]]
  )
  return (rows as { accountId: string; count: number | null; since: Date | null }[]).map(
    ({ accountId, count, since }) => ({
      kind: "settling_failing",
      subject: since ? `${accountId}:late` : accountId,
      severity: issueKinds.settling_failing.severity,
      accountId,
      detail: since ? { since: since.toISOString() } : { count: count ?? 0 },
    })
  )
}

/**
 * Accounts whose messages are proven and cannot be read, as when a gateway has changed their form. Holds until they were
 * replayed, at most for 30 days: what they told of payments is asked of the gateway meanwhile.
 */
export async function findUnreadable(db: Knex): Promise<Issue[]> {
  const { rows } = await db.raw(
    `select account_id as "accountId", count(*)::int as count from ipn_message
     where unreadable is not null and deleted_at is null and received_at > now() - interval '30 days'
     group by account_id`
  )
  return (rows as { accountId: string; count: number }[]).map(({ accountId, count }) => ({
    kind: "settling_failing",
    subject: `${accountId}:unreadable`,
    severity: issueKinds.settling_failing.severity,
    accountId,
    detail: { reason: "unreadable", count },
  }))
}

/** Accounts of which many calls could not be proven within a few minutes. */
export async function findBursts(db: Knex): Promise<Issue[]> {
  const { rows } = await db.raw(
    `select account_id as "accountId", string_agg(distinct why, ', ' order by why) as reason
     from ipn_refusal
     where refused_at > now() - ? * interval '1 minute' and deleted_at is null
     group by account_id having count(*) >= ?`,
    [burst.minutes, burst.refusals]
  )
  return (rows as { accountId: string; reason: string }[]).map(({ accountId, reason }) => ({
    kind: "verification_burst",
    subject: accountId,
    severity: issueKinds.verification_burst.severity,
    accountId,
    detail: { reason },
  }))
}

/**
 * Accounts that are quiet for longer than usual while payments are started. What was heard by asking the gateway is no
 * message. Reads the latest payments of each account by index: Medusa's ids of payment sessions are in order of time.
 */
export async function findSilent(
  db: Knex,
  accounts: readonly string[],
  { silenceHours, now }: { silenceHours: number | null; now: number }
): Promise<Issue[]> {
  if (accounts.length === 0) return []
  const [started, recent] = await Promise.all([
    db.raw(
      `select wanted.id as "accountId", (extract(epoch from latest.created_at) * 1000)::float8 as at,
         (select (extract(epoch from min(event.received_at)) * 1000)::float8
          from ipn_lane lane join ipn_payment_event event on event.lane_id = lane.id and event.deleted_at is null
          where lane.account_id = wanted.id and lane.key = 'ref:' || latest.reference and lane.deleted_at is null
            and event.message_id is not null) as "heardAt"
       from unnest(?::text[]) as wanted(id) cross join lateral (
         select reference, created_at from ipn_expected_payment
         where account_id = wanted.id and deleted_at is null order by reference desc limit ?
       ) latest
       where latest.created_at > now() - interval '30 days'`,
      [[...accounts], sampled]
    ) as Promise<{ rows: { accountId: string; at: number; heardAt: number | null }[] }>,
    db.raw(
      `select account_id as "accountId", (extract(epoch from max(received_at)) * 1000)::float8 as at
       from (select account_id, received_at, deleted_at from ipn_message order by id desc limit ?) latest
       where deleted_at is null group by account_id`,
      [recentMessages]
    ) as Promise<{ rows: { accountId: string; at: number }[] }>,
  ])
  return accounts.flatMap((accountId): Issue[] => {
    const starts = started.rows
      .filter((row) => row.accountId === accountId)
      .map(({ at, heardAt }): Start => ({ at, ...(heardAt === null ? {} : { heardAt }) }))
    const lastMessageAt = recent.rows.find((row) => row.accountId === accountId)?.at
    const silence = findSilence({ starts, lastMessageAt, now, silenceHours })
    if (!silence) return []
    const detail =
      silence.since === undefined ? { never: true } : { since: new Date(silence.since).toISOString() }
    const { severity } = issueKinds.gateway_silent
    return [{ kind: "gateway_silent", subject: accountId, severity, accountId, detail }]
  })
}

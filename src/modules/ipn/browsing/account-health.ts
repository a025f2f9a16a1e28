import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { ConfiguredAccount } from "../../../gateways/configured-account"
import { askable } from "../asking/askable"
import { idsBetween } from "./page"
import { secretHints, type SecretHint } from "./secret-hints"

export type AccountState = "healthy" | "quiet" | "failing" | "not_set_up" | "paused"

/** A configured account or taken-over provider, and how it does. */
export type AccountHealth = Readonly<{
  id: string
  gateway_id: string
  gateway_title: string
  gateway_docs: string
  mode: "live" | "test"
  provider_id: string
  taken_over: boolean
  /** To be copied to the gateway's dashboard. */
  notify_url: string
  secrets: readonly SecretHint[]
  state: AccountState
  /** Why it is in this state: open issues about it, in words. */
  problems: readonly Readonly<{ issue_id: string; kind: string; severity: string }>[]
  paused: boolean
  /** In how many regions buyers are offered its payment provider. */
  offered_in: number
  /** What can be asked of its gateway. */
  can_ask: boolean
  can_compare: boolean
  last_proven: Readonly<{ message_id: string; received_at: Date }> | null
  last_refusal: Readonly<{ why: string; detail: string | null; refused_at: Date }> | null
  last_24_hours: Readonly<{
    received: number
    /** At least: of a burst only the last 20 are kept. */
    refused: number
  }>
  /** Of the latest 200 statements: half of them came, and were settled, within this time. Seconds. */
  delay_p50_seconds: number | null
  settling_p50_seconds: number | null
  /** Payments that were started in the last 24 hours and told of by nobody yet; counted up to 1,000. */
  open_payments: number
  /** Payments that wait to be handled, and those that need a person; counted up to 1,000. */
  waiting: number
  needs_you: number
}>

const dayMs = 86_400_000

/** How all accounts do, in the order of the configuration. */
export async function readAccounts(
  db: Knex,
  accounts: readonly ConfiguredAccount[],
  paused: readonly string[]
): Promise<AccountHealth[]> {
  const ids = accounts.map(({ account }) => account.id)
  const [measured, issues, offered] = await Promise.all([
    measure(db, ids),
    openIssues(db, ids),
    countRegions(
      db,
      accounts.map(({ providerId }) => providerId)
    ),
  ])
  return accounts.map((configured) => {
    const { account, gateway, notifyUrl, providerId, takenOver } = configured
    const row = measured.get(account.id)
    const problems = issues.filter(({ account_id }) => account_id === account.id)
    const { fetch, list } = askable(configured)
    const last = row?.last_id && row.last_at ? { message_id: row.last_id, received_at: row.last_at } : null
    const isPaused = paused.includes(account.id)
    return {
      id: account.id,
      gateway_id: gateway.id,
      gateway_title: gateway.title,
      gateway_docs: gateway.docs,
      mode: account.mode,
      provider_id: providerId,
      taken_over: takenOver,
      notify_url: notifyUrl,
      secrets: secretHints(configured),
      state: stateOf(isPaused, problems, last !== null),
      problems: problems.map(({ account_id: _, ...problem }) => problem),
      paused: isPaused,
      offered_in: offered.get(providerId) ?? 0,
      can_ask: fetch !== undefined,
      can_compare: fetch !== undefined || list !== undefined,
      last_proven: last,
      last_refusal: row?.last_refusal
        ? { ...row.last_refusal, refused_at: new Date(row.last_refusal.refused_at) }
        : null,
      last_24_hours: { received: row?.received ?? 0, refused: row?.refused ?? 0 },
      delay_p50_seconds: row?.delay ?? null,
      settling_p50_seconds: row?.settling ?? null,
      open_payments: row?.open_payments ?? 0,
      waiting: row?.waiting ?? 0,
      needs_you: row?.needs_you ?? 0,
    }
  })
}

type Problem = Readonly<{ account_id: string; issue_id: string; kind: string; severity: string }>

function stateOf(paused: boolean, problems: readonly Problem[], wasHeard: boolean): AccountState {
  const has = (...kinds: string[]) => problems.some(({ kind }) => kinds.includes(kind))
  if (paused) return "paused"
  if (has("settling_failing", "verification_burst")) return "failing"
  if (!wasHeard) return "not_set_up"
  return has("gateway_silent") ? "quiet" : "healthy"
}

async function openIssues(db: Knex, ids: readonly string[]): Promise<Problem[]> {
  const { rows } = await db.raw(
    `select account_id, id as issue_id, kind, severity from ipn_issue
     where status in ('open', 'acknowledged') and kind in ('settling_failing', 'verification_burst', 'gateway_silent')
       and account_id = any(?::text[]) and deleted_at is null order by last_seen_at desc`,
    [[...ids]]
  )
  return rows as Problem[]
}

async function countRegions(db: Knex, providers: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await db.raw(
    `select offer.payment_provider_id as id, count(*)::int as regions
     from region_payment_provider offer join region on region.id = offer.region_id and region.deleted_at is null
     where offer.payment_provider_id = any(?::text[]) and offer.deleted_at is null group by 1`,
    [[...providers]]
  )
  return new Map((rows as { id: string; regions: number }[]).map(({ id, regions }) => [id, regions]))
}

type Measured = {
  id: string
  last_id: string | null
  last_at: Date | null
  last_refusal: { why: string; detail: string | null; refused_at: string } | null
  received: number
  refused: number
  delay: number | null
  settling: number | null
  open_payments: number
  waiting: number
  needs_you: number
}

/**
 * Everything by index and within bounds, so that it costs the same however much was ever received. Account and id are
 * compared as rows: else Postgres looks for an account that is silent among the messages of all.
 */
async function measure(db: Knex, ids: readonly string[]): Promise<Map<string, Measured>> {
  const { first, last } = idsBetween("ipnmsg_", { from: new Date(Date.now() - dayMs) })
  const { rows } = await db.raw(
    `select wanted.id, proven.id as last_id, proven.received_at as last_at, refusal.last_refusal,
       (select count(*)::int from (select 1 from ipn_message
          where (account_id, id) >= (wanted.id, ?) and (account_id, id) <= (wanted.id, ?) and deleted_at is null
          limit 100000) today) as received,
       (select count(*)::int from ipn_refusal
        where account_id = wanted.id and refused_at > now() - interval '24 hours' and deleted_at is null) as refused,
       times.delay, times.settling,
       (select count(*)::int from (
          select 1 from (select reference, created_at from ipn_expected_payment
            where account_id = wanted.id and deleted_at is null order by reference desc limit 1000) latest
          left join lateral (
            select true as is_told from ipn_lane
            where account_id = wanted.id and key = 'ref:' || latest.reference and deleted_at is null limit 1
          ) lane on true
          where latest.created_at > now() - interval '24 hours' and lane.is_told is null
        ) open) as open_payments,
       (select count(*)::int from (select 1 from ipn_lane
          where account_id = wanted.id and due_at is not null and deleted_at is null limit 1000) due) as waiting,
       (select count(*)::int from (select 1 from ipn_lane
          where account_id = wanted.id and state in ('review', 'unmatched', 'failed') and state <> 'settled'
            and deleted_at is null limit 1000) stuck) as needs_you
     from unnest(?::text[]) as wanted(id)
     left join lateral (
       select id, received_at from (select id, received_at, proof from ipn_message
         where (account_id, id) >= (wanted.id, '') and (account_id, id) <= (wanted.id, ?) and deleted_at is null
         order by account_id desc, id desc limit 2000) latest
       where proof <> 'unproven' order by id desc limit 1
     ) proven on true
     left join lateral (
       select json_build_object('why', why, 'detail', detail, 'refused_at', refused_at) as last_refusal from ipn_refusal
       where account_id = wanted.id and deleted_at is null order by refused_at desc limit 1
     ) refusal on true
     left join lateral (
       select percentile_cont(0.5) within group (order by greatest(extract(epoch from event.received_at - event.occurred_at), 0))::float8 as delay,
         percentile_cont(0.5) within group (order by extract(epoch from event.settled_at - event.received_at))::float8 as settling
       from (
         select id from ipn_message
         where (account_id, id) >= (wanted.id, '') and (account_id, id) <= (wanted.id, ?) and deleted_at is null
         order by account_id desc, id desc limit 200
       ) latest
       join ipn_payment_event event on event.message_id = latest.id and event.deleted_at is null
     ) times on true`,
    [first, last, [...ids], last, last]
  )
  return new Map((rows as Measured[]).map((row) => [row.id, row]))
}

import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { nextHistory } from "./lane-history"

/**
 * A worker's time-limited right to settle a lane. `fence` tells a lost claim from a held one. Plain JSON only, for it
 * goes through Medusa's workflow engine.
 */
export type Claim = Readonly<{
  laneId: string
  accountId: string
  key: string
  fence: number
  attempts: number
  version: number
  /** Since when it waits to be settled: milliseconds since 1970. */
  firstDueAtMs: number
  /** Whether a person has decided something about it. What is decided later is a new version, so another claim. */
  isDecided: boolean
  /** How many claims of it in a row lapsed just now, because whoever had them ended before the work did. Usually 0. */
  lapses: number
}>

/** What is written of a claim that lapsed. In the lane's history these are counted. */
export const lapsed = "The process that settled it ended before it was done, or lost the database."

/**
 * Claims up to `limit` due lanes; each is nobody else's until the lease ends. Attempts are counted before the work. To
 * claim what lapsed is no attempt.
 */
export async function claimLanes(db: Knex, limit: number, leaseMs: number): Promise<Claim[]> {
  const { rows } = await db.raw(
    // Materialized: read again for each lane, the limit and the locks would not hold.
    `with due as materialized (
       select id, lease_until is not null as is_lapsed from ipn_lane
       where due_at <= now() and (lease_until is null or lease_until < now()) and deleted_at is null
       order by due_at limit ? for update skip locked
     )
     update ipn_lane set
       lease_until = now() + ? * interval '1 millisecond',
       fence = fence + 1,
       attempts = attempts + case when due.is_lapsed then 0 else 1 end,
       updated_at = now()
     from due where ipn_lane.id = due.id
     returning ipn_lane.id as "laneId", account_id as "accountId", key, fence, attempts, version,
       (extract(epoch from first_due_at) * 1000)::float8 as "firstDueAtMs",
       exists (select 1 from ipn_decision where lane_id = ipn_lane.id and deleted_at is null) as "isDecided",
       case when not due.is_lapsed then 0
         when history->0->>'error' = ? then 1 + (history->0->>'times')::int
         else 1 end as lapses`,
    [limit, leaseMs, lapsed]
  )
  return rows as Claim[]
}

/** Holds the claims for another lease; returns those that are still held. */
export async function renewClaims(db: Knex, claims: readonly Claim[], leaseMs: number): Promise<Set<string>> {
  const { rows } = await db.raw(
    `update ipn_lane set lease_until = now() + ? * interval '1 millisecond'
     from json_to_recordset(?::json) as held("laneId" text, fence int)
     where ipn_lane.id = held."laneId" and ipn_lane.fence = held.fence and ipn_lane.lease_until is not null
     returning ipn_lane.id`,
    [leaseMs, JSON.stringify(claims)]
  )
  return new Set((rows as { id: string }[]).map((row) => row.id))
}

export type LaneState = "waiting" | "settled" | "unmatched" | "review" | "failed"

/** How settling a lane ended. */
export type Settlement = Readonly<{
  state: LaneState
  reason?: string
  detail?: Record<string, unknown>
  error?: string
  facts?: unknown
  /** When to look again; absent when there is nothing more to do until a new event comes. */
  dueAt?: Date
  paymentSessionId?: string
  cartId?: string
  orderId?: string
  /** The outcome of those `seen` that have none yet, or had to wait for a decision. */
  outcome?: "applied" | "already_applied" | "unmatched" | "review" | "ignored"
  /** The keys of the events that were read. What came since is settled again. */
  seen?: readonly string[]
  /** The keys of events that the owner's rules leave out: kept, and shown as ignored. */
  ignored?: readonly string[]
}>

/**
 * Ends a claim. A lane that got new events meanwhile is due at once. What told something new counts as applied, also
 * when nothing in the store had to change for it, as for a dispute.
 * @returns false when the claim was lost: another worker has the lane, and nothing is written.
 */
export async function endClaim(db: Knex, claim: Claim, settlement: Settlement): Promise<boolean> {
  const keep = (value: string | undefined) => value ?? null
  const facts = settlement.facts ? JSON.stringify(settlement.facts) : null
  const { rows } = await db.raw(
    `with ended as (
       update ipn_lane set
         state = ?, reason = ?, detail = ?::jsonb, error = ?, facts = coalesce(?::jsonb, facts),
         payment_session_id = coalesce(?, payment_session_id), cart_id = coalesce(?, cart_id), order_id = coalesce(?, order_id),
         due_at = case when version > ? then now() else ?::timestamptz end,
         lease_until = null,
         attempts = case when ? then attempts else 0 end,
         settled_at = case when ? then now() else settled_at end,
         history = ${nextHistory},
         updated_at = now()
       where id = ? and fence = ?
       returning id
     ), outcomes as (
       update ipn_payment_event event set
         outcome = case
           when event.key = any(?::text[]) then 'ignored'
           when ?::text = 'already_applied' and before.facts - 'events' is distinct from ?::jsonb - 'events' then 'applied'
           else ? end,
         outcome_reason = ?, settled_at = now(), updated_at = now()
       from ended join ipn_lane before on before.id = ended.id
       where event.lane_id = ended.id and ?::text is not null and event.key = any(?::text[])
         and (event.outcome is null or event.outcome in ('review', 'unmatched'))
     )
     select id from ended`,
    [
      settlement.state,
      keep(settlement.reason),
      settlement.detail ? JSON.stringify(settlement.detail) : null,
      keep(settlement.error),
      facts,
      keep(settlement.paymentSessionId),
      keep(settlement.cartId),
      keep(settlement.orderId),
      claim.version,
      settlement.dueAt ? settlement.dueAt.toISOString() : null,
      settlement.state === "unmatched" || settlement.error !== undefined,
      settlement.state === "settled",
      settlement.state,
      keep(settlement.reason),
      keep(settlement.error),
      claim.laneId,
      claim.fence,
      [...(settlement.ignored ?? [])],
      keep(settlement.outcome),
      facts,
      keep(settlement.outcome),
      keep(settlement.reason),
      keep(settlement.outcome),
      [...(settlement.seen ?? [])],
    ]
  )
  return (rows as unknown[]).length > 0
}

import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { DifferenceState } from "../comparing/difference"
import { allOf, when } from "./page"

/** One comparison of a period with what a gateway says. */
export type ListedComparison = Readonly<{
  id: string
  account_id: string
  from_at: Date
  to_at: Date
  state: "waiting" | "running" | "done" | "failed"
  compared: number
  differences: number
  /** Differences that still wait for somebody. */
  open_differences: number
  error: string | null
  actor_id: string | null
  created_at: Date
  finished_at: Date | null
}>

/** One payment about which both sides do not agree. Amounts are decimal strings in major units. */
export type ListedDifference = Readonly<{
  id: string
  reconciliation_id: string
  account_id: string
  kind: string
  state: DifferenceState
  reference: string | null
  gateway_payment_id: string | null
  /** The payment as it is handled here now; what was taken over has one too. */
  lane_id: string | null
  lane_state: string | null
  order_id: string | null
  order_display_id: number | null
  here_amount: string | null
  gateway_amount: string | null
  currency_code: string | null
  /** Whether the gateway told something that can be pulled. */
  can_pull: boolean
  actor_id: string | null
  note: string | null
  created_at: Date
  updated_at: Date
}>

/** One page of comparisons, the newest first. */
export async function listComparisons(
  db: Knex,
  filter: Readonly<{
    id?: readonly string[] | undefined
    accountId?: readonly string[] | undefined
    state?: readonly ListedComparison["state"][] | undefined
  }> = {},
  { limit = 20, offset = 0 }: { limit?: number; offset?: number } = {}
): Promise<{ comparisons: ListedComparison[]; count: number }> {
  const where = allOf([
    { sql: "made.deleted_at is null", bindings: [] },
    when(filter.id, (ids) => ({ sql: "made.id = any(?::text[])", bindings: [[...ids]] })),
    when(filter.accountId, (ids) => ({ sql: "made.account_id = any(?::text[])", bindings: [[...ids]] })),
    when(filter.state, (states) => ({ sql: "made.state = any(?::text[])", bindings: [[...states]] })),
  ])
  const { rows } = await db.raw(
    `select made.id, made.account_id, made.from_at, made.to_at, made.state, made.compared, made.differences,
       (select count(*)::int from ipn_difference found
        where found.reconciliation_id = made.id and found.state = 'open' and found.deleted_at is null) as open_differences,
       made.error, made.actor_id, made.created_at, made.finished_at
     from ipn_reconciliation made where ${where.sql} order by made.id desc limit ? offset ?`,
    [...where.bindings, limit, offset]
  )
  const { rows: counted } = (await db.raw(
    `select count(*)::int as count from ipn_reconciliation made where ${where.sql}`,
    [...where.bindings]
  )) as { rows: { count: number }[] }
  return { comparisons: rows as ListedComparison[], count: counted[0]?.count ?? 0 }
}

/** One page of a comparison's differences, in the order in which they were found. */
export async function listDifferences(
  db: Knex,
  filter: Readonly<{
    id?: readonly string[] | undefined
    reconciliationId?: string | undefined
    state?: readonly DifferenceState[] | undefined
    kind?: readonly string[] | undefined
  }>,
  { limit = 50, offset = 0 }: { limit?: number; offset?: number } = {}
): Promise<{ differences: ListedDifference[]; count: number }> {
  const where = allOf([
    { sql: "found.deleted_at is null", bindings: [] },
    when(filter.id, (ids) => ({ sql: "found.id = any(?::text[])", bindings: [[...ids]] })),
    when(filter.reconciliationId, (id) => ({ sql: "found.reconciliation_id = ?", bindings: [id] })),
    when(filter.state, (states) => ({ sql: "found.state = any(?::text[])", bindings: [[...states]] })),
    when(filter.kind, (kinds) => ({ sql: "found.kind = any(?::text[])", bindings: [[...kinds]] })),
  ])
  const { rows } = await db.raw(
    `select found.id, found.reconciliation_id, found.account_id, found.kind, found.state, found.reference,
       found.gateway_payment_id, lane.id as lane_id, lane.state as lane_state, coalesce(lane.order_id, found.order_id) as order_id,
       placed.display_id as order_display_id, found.here_amount, found.gateway_amount, found.currency_code,
       coalesce(jsonb_array_length(found.told), 0) > 0 as can_pull,
       found.actor_id, found.note, found.created_at, found.updated_at
     from ipn_difference found
     left join lateral (
       select expected.reference from ipn_expected_payment expected
       where found.lane_id is null and expected.gateway_payment_ids @> jsonb_build_array(found.gateway_payment_id)
         and expected.account_id = found.account_id and expected.deleted_at is null limit 1
     ) attached on true
     left join lateral (
       select lane.id, lane.state, lane.order_id from ipn_lane lane
       where lane.deleted_at is null and (lane.id = found.lane_id or (found.lane_id is null
         and lane.account_id = found.account_id and lane.key = any(array[
           'ref:' || attached.reference, 'ref:' || found.reference, 'pay:' || found.gateway_payment_id])))
       order by lane.key = 'ref:' || attached.reference desc nulls last limit 1
     ) lane on true
     left join "order" placed on placed.id = coalesce(lane.order_id, found.order_id)
     where ${where.sql} order by found.id limit ? offset ?`,
    [...where.bindings, limit, offset]
  )
  const { rows: counted } = (await db.raw(
    `select count(*)::int as count from ipn_difference found where ${where.sql}`,
    [...where.bindings]
  )) as { rows: { count: number }[] }
  return { differences: rows as ListedDifference[], count: counted[0]?.count ?? 0 }
}

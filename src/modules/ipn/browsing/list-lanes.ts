import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { LaneState } from "../inbox/claim-lanes"
import { allOf, idsBetween, lookedAt, when, type Page, type Sql } from "./page"
import { placesOf } from "./payment-places"

/** One payment as a row of a list. Amounts are decimal strings in major units. */
export type ListedLane = Readonly<{
  id: string
  account_id: string
  key: string
  state: LaneState
  reason: string | null
  detail: Readonly<Record<string, unknown>> | null
  error: string | null
  due_at: Date | null
  attempts: number
  /** Whether a worker has it in hand. */
  is_settling: boolean
  payment_session_id: string | null
  cart_id: string | null
  order_id: string | null
  order_display_id: number | null
  /** What was asked of the gateway. */
  expected_amount: string | null
  currency_code: string | null
  /** The gateway's own ids of the payment. */
  gateway_references: readonly string[]
  asked_at: Date | null
  /** When the gateway is asked by ourselves next. */
  ask_at: Date | null
  first_due_at: Date
  settled_at: Date | null
  created_at: Date
  updated_at: Date
}>

export type LaneFilter = Readonly<{
  id?: readonly string[] | undefined
  state?: readonly LaneState[] | undefined
  reason?: readonly string[] | undefined
  accountId?: readonly string[] | undefined
  orderId?: string | undefined
  /** A payment session, a cart, or the gateway's own id. */
  reference?: string | undefined
  from?: Date | undefined
  to?: Date | undefined
}>

/** One page of payments that something was told of, by when that was first. Payments that waited to be confirmed are none. */
export async function listLanes(
  db: Knex,
  filter: LaneFilter,
  accounts: readonly string[],
  { limit = 20, offset = 0, direction = "desc" }: Page = {}
): Promise<{ lanes: ListedLane[]; count: number; searchedTo: Date | null }> {
  const way = direction === "asc" ? "asc" : "desc"
  const { first, last } = idsBetween("ipnlane_", filter)
  const places = filter.orderId ?? filter.reference
  const by: Sql | undefined =
    places === undefined
      ? undefined
      : placesOf(filter.orderId ? { orderIds: [filter.orderId] } : { id: places }, accounts)
  const open = filter.state?.every((state) => state !== "settled")
  const where = allOf([
    {
      sql: "lane.deleted_at is null and lane.key not like 'msg:%' and lane.id between ? and ?",
      bindings: [first, last],
    },
    when(filter.id, (ids) => ({ sql: "lane.id = any(?::text[])", bindings: [[...ids]] })),
    when(by, ({ sql, bindings }) => ({ sql: `(lane.account_id, lane.key) in (${sql})`, bindings })),
    open ? { sql: "lane.state <> 'settled'", bindings: [] } : undefined,
  ])
  const rest = allOf([
    when(filter.state, (states) => ({ sql: "lane.state = any(?::text[])", bindings: [[...states]] })),
    when(filter.reason, (reasons) => ({ sql: "lane.reason = any(?::text[])", bindings: [[...reasons]] })),
    when(filter.accountId, (ids) => ({ sql: "lane.account_id = any(?::text[])", bindings: [[...ids]] })),
  ])
  const { rows } = await db.raw(
    `with candidate as materialized (
       select lane.id, lane.state, lane.reason, lane.account_id, lane.created_at from ipn_lane lane
       where ${where.sql} order by lane.id ${way} limit ${lookedAt + 1}
     ), looked_at as (select * from candidate order by id ${way} limit ${lookedAt}),
     found as materialized (select lane.id from looked_at lane where ${rest.sql})
     select (select count(*)::int from found) as count,
       array(select id from found order by id ${way} limit ? offset ?) as ids,
       case when (select count(*) from candidate) > ${lookedAt}
         then (select ${way === "asc" ? "max" : "min"}(created_at) from looked_at) end as "searchedTo"`,
    [...where.bindings, ...rest.bindings, limit, offset]
  )
  const [{ count, ids, searchedTo }] = rows as [{ count: number; ids: string[]; searchedTo: Date | null }]
  return { lanes: await readLaneRows(db, ids, way), count, searchedTo }
}

export async function readLaneRows(
  db: Knex,
  ids: readonly string[],
  way: "asc" | "desc" = "desc"
): Promise<ListedLane[]> {
  if (ids.length === 0) return []
  const { rows } = await db.raw(
    `select lane.id, lane.account_id, lane.key, lane.state, lane.reason, lane.detail, lane.error, lane.due_at, lane.attempts,
       coalesce(lane.lease_until > now(), false) as is_settling,
       asked.reference as payment_session_id, coalesce(lane.cart_id, asked.cart_id) as cart_id, lane.order_id,
       placed.display_id as order_display_id, asked.amount as expected_amount, asked.currency_code,
       coalesce(asked.gateway_payment_ids, '[]') as gateway_references, asked.asked_at, asked.ask_at,
       lane.first_due_at, lane.settled_at, lane.created_at, lane.updated_at
     from ipn_lane lane
     left join ipn_expected_payment asked
       on asked.account_id = lane.account_id and asked.reference = substr(lane.key, 5) and lane.key like 'ref:%' and asked.deleted_at is null
     left join "order" placed on placed.id = lane.order_id
     where lane.id = any(?::text[]) and lane.deleted_at is null order by lane.id ${way === "asc" ? "asc" : "desc"}`,
    [[...ids]]
  )
  return rows as ListedLane[]
}

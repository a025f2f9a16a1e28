import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { readHold, type HoldRow, type HoldStateNow } from "../holds/stored-hold"

/** Goods that are or were kept for a buyer, as people look at them. */
export type ListedHold = Readonly<{
  id: string
  cart_id: string
  state: HoldStateNow
  taken_at: Date
  expires_at: Date
  order_id: string | null
  released_at: Date | null
  because: string | null
  /** The payments that want the goods, each with its own end. */
  payments: readonly Readonly<{
    payment_session_id: string
    account_id: string
    state: string
    until: Date
  }>[]
  reservation_ids: readonly string[]
}>

export type HoldFilter = Readonly<{
  state?: readonly string[] | undefined
  cart_id?: string | undefined
  reservation_id?: string | undefined
}>

/** Holds, the one that was taken last first. */
export async function listHolds(
  db: Knex,
  { state, cart_id, reservation_id }: HoldFilter,
  { limit = 20, offset = 0 }: { limit?: number; offset?: number } = {}
): Promise<{ holds: ListedHold[]; count: number }> {
  const { rows } = await db.raw(
    `select hold.*, count(*) over ()::int as count from ipn_hold hold
     where hold.deleted_at is null and hold.reservations <> '[]'
       and (?::text[] is null or hold.state = any(?::text[])) and (?::text is null or hold.cart_id = ?)
       and (?::text is null or hold.reservations @> jsonb_build_array(jsonb_build_object('id', ?::text)))
     order by hold.taken_at desc, hold.id limit ? offset ?`,
    [
      ...twice(state ? [...state] : null),
      ...twice(cart_id ?? null),
      ...twice(reservation_id ?? null),
      limit,
      offset,
    ]
  )
  const found = rows as (HoldRow & { count: number })[]
  return { holds: found.map(viewHold), count: found[0]?.count ?? 0 }
}

export async function retrieveHold(db: Knex, id: string): Promise<ListedHold | undefined> {
  const { rows } = await db.raw(`select * from ipn_hold where id = ? and deleted_at is null`, [id])
  const row = (rows as HoldRow[])[0]
  return row && viewHold(row)
}

function viewHold(row: HoldRow): ListedHold {
  const hold = readHold(row)
  return {
    id: hold.id,
    cart_id: hold.cartId,
    state: hold.state,
    taken_at: hold.takenAt,
    expires_at: hold.expiresAt,
    order_id: hold.orderId ?? null,
    released_at: hold.releasedAt ?? null,
    because: hold.because ?? null,
    payments: Object.entries(hold.claims).map(([payment_session_id, { accountId, state, until }]) => ({
      payment_session_id,
      account_id: accountId,
      state,
      until: new Date(until),
    })),
    reservation_ids: hold.reservations.map(({ id }) => id),
  }
}

function twice<T>(value: T): [T, T] {
  return [value, value]
}

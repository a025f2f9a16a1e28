import type { Paying } from "./paying"
import type { Store } from "./store/store"
import { waitUntil } from "./store/wait-until"

/** What must hold of a cart whose whole amount was captured, whatever happened on the way. */
export type Truth = Readonly<{
  /** Orders that bear the cart's link or, made from it, were left without one. */
  orders: number
  payment_status: string
  /** What Medusa wrote as the total of the payment's collection. */
  counted: string
  captured: string
  captures: number
  transactions: string
  reservations: number
  lane: string
}>

/** The truth about a cart that is paid in full, once. */
export function paidOnce(checkout: Pick<Paying, "amount">): Truth {
  return {
    orders: 1,
    payment_status: "captured",
    counted: checkout.amount,
    captured: checkout.amount,
    captures: 1,
    transactions: checkout.amount,
    reservations: 1,
    lane: "settled",
  }
}

/** Reads the truth about a cart from the database and the admin API. Orders are counted by the buyer's address too. */
export async function truthOf(store: Store, checkout: Paying): Promise<Truth> {
  const orders = await store.ordersOf(checkout.cartId)
  const { rows } = await store.sql.query<{ orders: number; lane: string; counted: string }>(
    `select (select count(*)::int from "order" where email = $1 and deleted_at is null) as orders,
            (select state from ipn_lane where key = $2 and reason is distinct from 'moved') as lane,
            (select captured_amount::text from payment_collection where id = $3) as counted`,
    [checkout.email, `ref:${checkout.sessionId}`, checkout.collectionId]
  )
  const order = orders[0]
  return {
    orders: Math.max(orders.length, rows[0]?.orders ?? 0),
    payment_status: order?.payment_status ?? "none",
    counted: fixed(rows[0]?.counted),
    captured: fixed(order?.captured),
    captures: order?.captures ?? 0,
    transactions: fixed(order?.transactions),
    reservations: order?.reservations ?? 0,
    lane: rows[0]?.lane ?? "none",
  }
}

/** The truth once every message is sorted and the payment's lane has nothing more to do; at the latest 90 seconds after a crash. */
export async function settledTruth(store: Store, checkout: Paying): Promise<Truth> {
  await waitUntil(
    `the lane of ${checkout.sessionId} has nothing to do`,
    async () => {
      const { rows } = await store.sql.query(
        `select 1 from ipn_lane where key = $1 and reason is distinct from 'moved'
           and not exists (select 1 from ipn_lane busy
             where busy.key = $1 and (busy.due_at is not null or busy.lease_until is not null))
           and not exists (select 1 from ipn_intake)`,
        [`ref:${checkout.sessionId}`]
      )
      return rows.length > 0
    },
    { withinMs: 90_000 }
  ).catch(() => undefined) // what is compared next says what is missing
  return truthOf(store, checkout)
}

function fixed(amount: string | undefined): string {
  return Number(amount ?? 0).toFixed(2)
}

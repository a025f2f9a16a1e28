import type { Pool } from "pg"
import type { Accounts } from "./accounts"
import { createBuyer, type Buyer } from "./buyer"
import { adminEmail, adminPassword, type Seeded } from "./seeded"
import { waitUntil } from "./wait-until"

/** An order as the database has it; amounts are decimal strings in major units, added up. */
export type Order = Readonly<{
  id: string
  display_id: number
  status: string
  currency: string
  /** The cart's payment collection. */
  collectionId: string
  /** What Medusa's admin shows: `not_paid`, `authorized`, `captured`, `partially_refunded` and so on. */
  payment_status: string
  captured: string
  refunded: string
  /** The order's transactions, added up: captures minus refunds. */
  transactions: string
  captures: number
  refunds: number
  /** How many pieces of its goods are reserved. */
  reservations: number
}>

/** A running store and the words that specs use it with. */
export type Store = Readonly<{
  baseUrl: string
  databaseUrl: string
  /** The store's database, for asking and for moving time. */
  sql: Pool
  seeded: Seeded
  accounts: Accounts
  buyer: Buyer
  /** Calls the admin API as the seeded admin user. @throws with the answer unless it is 2xx. */
  admin<T>(method: "GET" | "POST" | "DELETE", path: string, body?: unknown): Promise<T>
  /** All orders of a cart; more than one is a broken promise. */
  ordersOf(cartId: string): Promise<Order[]>
  /** Waits for the cart's order. @throws after `withinMs`, default 60 s. */
  waitForOrder(cartId: string, withinMs?: number): Promise<Order>
  /** Waits until the cart's order is as asked. */
  waitForOrderThat(
    cartId: string,
    says: string,
    is: (order: Order) => boolean,
    withinMs?: number
  ): Promise<Order>
  /** Waits until the order's payment is captured in full. */
  waitForPaidOrder(cartId: string, withinMs?: number): Promise<Order>
}>

/**
 * The words for a store that runs at an address.
 * @param copiesCarts Whether its buyer may copy a cart that Medusa filled; default: true, for carts by the hundred.
 */
export function openStore({
  copiesCarts = true,
  ...at
}: Pick<Store, "baseUrl" | "databaseUrl" | "sql" | "seeded" | "accounts"> & {
  copiesCarts?: boolean
}): Store {
  const { baseUrl, sql } = at
  let token: Promise<string> | undefined

  async function signIn(): Promise<string> {
    const response = await fetch(`${baseUrl}/auth/user/emailpass`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: adminEmail, password: adminPassword }),
    })
    if (!response.ok) throw new Error(`Signing in answered ${response.status}: ${await response.text()}`)
    return ((await response.json()) as { token: string }).token
  }

  async function admin<T>(method: "GET" | "POST" | "DELETE", path: string, body?: unknown): Promise<T> {
    token ??= signIn()
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${await token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 2000)}`)
    return JSON.parse(text) as T
  }

  async function ordersOf(cartId: string): Promise<Order[]> {
    const { rows: placed } = await sql.query<{ order_id: string }>(
      "select order_id from order_cart where cart_id = $1 and deleted_at is null",
      [cartId]
    )
    const statuses = await Promise.all(placed.map(({ order_id }) => paymentStatusOf(order_id)))
    const words = new Map(placed.map(({ order_id }, index) => [order_id, statuses[index] ?? ""]))
    // Read after the status, so that what the status says is in the rows.
    const { rows } = await sql.query<Omit<Order, "payment_status">>(ordersOfCart, [cartId])
    return rows.flatMap((row) => {
      const payment_status = words.get(row.id)
      return payment_status === undefined ? [] : [{ ...row, payment_status }]
    })
  }

  async function paymentStatusOf(orderId: string): Promise<string> {
    const { order } = await admin<{ order: { payment_status: string } }>(
      "GET",
      `/admin/orders/${orderId}?fields=id,payment_status`
    )
    return order.payment_status
  }

  async function waitForOrderThat(
    cartId: string,
    says: string,
    is: (order: Order) => boolean,
    withinMs = 60_000
  ): Promise<Order> {
    let seen: Order | undefined
    try {
      return await waitUntil(
        `the order of ${cartId} ${says}`,
        async () => {
          seen = (await ordersOf(cartId))[0]
          return seen !== undefined && is(seen) && seen
        },
        { withinMs }
      )
    } catch (cause) {
      throw new Error(`${(cause as Error).message}; last seen: ${JSON.stringify(seen ?? "no order")}`, {
        cause,
      })
    }
  }

  return {
    ...at,
    buyer: createBuyer({ ...at, copiesCarts }),
    admin,
    ordersOf,
    waitForOrderThat,
    waitForOrder: (cartId, withinMs) => waitForOrderThat(cartId, "is placed", () => true, withinMs),
    waitForPaidOrder: (cartId, withinMs) =>
      waitForOrderThat(cartId, "is paid", ({ payment_status }) => payment_status === "captured", withinMs),
  }
}

const ordersOfCart = `
  select o.id, o.display_id, o.status, o.currency_code as currency,
         opc.payment_collection_id as "collectionId",
         coalesce((select sum(c.amount) from capture c join payment p on p.id = c.payment_id
                    where p.payment_collection_id = opc.payment_collection_id and c.deleted_at is null), 0)::text as captured,
         coalesce((select sum(r.amount) from refund r join payment p on p.id = r.payment_id
                    where p.payment_collection_id = opc.payment_collection_id and r.deleted_at is null), 0)::text as refunded,
         coalesce((select sum(t.amount) from order_transaction t where t.order_id = o.id and t.deleted_at is null), 0)::text as transactions,
         (select count(*)::int from capture c join payment p on p.id = c.payment_id
           where p.payment_collection_id = opc.payment_collection_id and c.deleted_at is null) as captures,
         (select count(*)::int from refund r join payment p on p.id = r.payment_id
           where p.payment_collection_id = opc.payment_collection_id and r.deleted_at is null) as refunds,
         (select coalesce(sum(ri.quantity), 0)::int from reservation_item ri join order_line_item li on li.id = ri.line_item_id
            join order_item oi on oi.item_id = li.id
           where oi.order_id = o.id and ri.deleted_at is null) as reservations
    from order_cart oc
    join "order" o on o.id = oc.order_id
    left join order_payment_collection opc on opc.order_id = o.id and opc.deleted_at is null
   where oc.cart_id = $1 and oc.deleted_at is null
   order by o.display_id`

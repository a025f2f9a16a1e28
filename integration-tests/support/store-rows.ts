import type { Store } from "./store/store"

/** Where Medusa keeps what a payment could change. */
const tables = [
  "cart",
  "payment_collection",
  "payment_session",
  "payment",
  "capture",
  "refund",
  "order",
  "order_cart",
  "order_payment_collection",
  "order_transaction",
  "order_summary",
  "order_credit_line",
  "reservation_item",
  "inventory_level",
] as const

/** Every row of {@link tables}, whole: two are equal only if nothing at all was written in between. */
export type StoreRows = Readonly<Record<(typeof tables)[number], unknown>>

/** Reads all of what a payment could change, in one statement. */
export async function readStoreRows(store: Pick<Store, "sql">): Promise<StoreRows> {
  const columns = tables.map(
    (table) => `(select jsonb_agg(t order by t::text) from "${table}" t) as "${table}"`
  )
  const { rows } = await store.sql.query<StoreRows>(`select ${columns.join(", ")}`)
  return rows[0]!
}

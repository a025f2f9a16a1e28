import type { Store } from "./store/store"

/** A part of a variant: how many pieces of it are in stock where, and how many of them one variant needs. */
export type Part = Readonly<{ stock: Readonly<Record<string, number>>; needs?: number }>

export type Goods = Readonly<{ variantId: string; itemIds: readonly string[] }>

let made = 0

/** Puts a product for 10.00 into the store. Several parts make it a kit; the locations are the seeded one by default. */
export async function makeGoods(
  store: Store,
  {
    parts = [{ stock: {} }],
    ...options
  }: { parts?: readonly Part[]; allow_backorder?: boolean; manage_inventory?: boolean }
): Promise<Goods> {
  const name = `goods-${process.pid}-${++made}`
  const itemIds: string[] = []
  for (const [index, { stock }] of parts.entries()) {
    const { inventory_item } = await store.admin<{ inventory_item: { id: string } }>(
      "POST",
      "/admin/inventory-items",
      {
        sku: `${name}-${index}`,
        location_levels: Object.entries(stock).map(([location_id, stocked_quantity]) => ({
          location_id,
          stocked_quantity,
        })),
      }
    )
    itemIds.push(inventory_item.id)
  }
  const { rows } = await store.sql.query<{ id: string }>(
    `select id from shipping_profile where deleted_at is null`
  )
  const { product } = await store.admin<{ product: { variants: { id: string }[] } }>(
    "POST",
    "/admin/products",
    {
      title: name,
      status: "published",
      shipping_profile_id: rows[0]?.id,
      sales_channels: [{ id: store.seeded.salesChannelId }],
      options: [{ title: "Size", values: ["One size"] }],
      variants: [
        {
          title: name,
          manage_inventory: true,
          ...options,
          options: { Size: "One size" },
          prices: [{ currency_code: "eur", amount: 10 }],
          inventory_items: itemIds.map((inventory_item_id, index) => ({
            inventory_item_id,
            required_quantity: parts[index]?.needs ?? 1,
          })),
        },
      ],
    }
  )
  return { variantId: product.variants[0]!.id, itemIds }
}

/** What is in stock and what is reserved of an item, and the quantities of its reservations, the cart's own first. */
export type Stock = Readonly<{ stocked: number; reserved: number; reservations: number[] }>

/** The stock of each part, all locations together. */
export async function stockOf(store: Pick<Store, "sql">, { itemIds }: Goods): Promise<Stock[]> {
  return Promise.all(
    itemIds.map(async (id) => {
      const { rows } = await store.sql.query<Stock>(
        `select coalesce(sum(stocked_quantity), 0)::int as stocked, coalesce(sum(reserved_quantity), 0)::int as reserved,
           coalesce((select array_agg(quantity::int order by id) from reservation_item
             where inventory_item_id = $1 and deleted_at is null), '{}') as reservations
         from inventory_level where inventory_item_id = $1 and deleted_at is null`,
        [id]
      )
      return rows[0]!
    })
  )
}

/** Whose hold it is and how it stands, as the database has it. */
export type Held = Readonly<{ state: string; minutes: number; because: string | null; claims: number }>

export async function holdOf(store: Pick<Store, "sql">, cartId: string): Promise<Held | undefined> {
  const { rows } = await store.sql.query<Held>(
    `select state, round(extract(epoch from expires_at - now()) / 60)::int as minutes, because,
       (select count(*)::int from jsonb_object_keys(claims)) as claims
     from ipn_hold where cart_id = $1`,
    [cartId]
  )
  return rows[0]
}

/** Makes a hold as old as it would be by then: its time is over. */
export async function lapse(store: Pick<Store, "sql">, cartId: string): Promise<void> {
  const { rowCount } = await store.sql.query(
    `update ipn_hold set expires_at = now() - interval '1 second', due_at = now() - interval '1 second',
       taken_at = taken_at - interval '1 day'
     where cart_id = $1 and state = 'held'`,
    [cartId]
  )
  if (rowCount !== 1) throw new Error(`nothing is held for ${cartId}`)
}

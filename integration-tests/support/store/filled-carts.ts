import type { Pool } from "pg"
import type { Seeded } from "./seeded"

/** What is in a filled cart. */
export type Filling = Readonly<{ variantId: string; quantity: number; currency: "eur" | "usd" }>

/** A cart for Medusa to make: product, address and buyer; delivery is chosen afterwards. */
export function newCart({ variantId, quantity, currency }: Filling, email: string, seeded: Seeded) {
  const address = {
    first_name: "Bea",
    last_name: "Buyer",
    address_1: "Hauptstrasse 1",
    city: "Berlin",
    postal_code: "10115",
    country_code: currency === "usd" ? "us" : "de",
  }
  return {
    region_id: currency === "usd" ? seeded.dollarRegionId : seeded.regionId,
    sales_channel_id: seeded.salesChannelId,
    email,
    shipping_address: address,
    billing_address: address,
    items: [{ variant_id: variantId, quantity }],
  }
}

/** Whose the carts are that are copied: nobody buys them. */
export const nobody = "nobody@example.com"

/**
 * Offers a cart that Medusa has filled to the end, delivery and all, to be copied by everybody who fills theirs alike:
 * from here on others do.
 */
export async function offerPattern(
  sql: Pick<Pool, "query">,
  cartId: string,
  filling: Filling
): Promise<void> {
  await sql.query(
    `update cart set metadata = jsonb_build_object('pattern_of_specs', $2::text) where id = $1`,
    [cartId, nameOf(filling)]
  )
}

function nameOf({ variantId, quantity, currency }: Filling): string {
  return `${quantity} ${variantId} in ${currency}`
}

/** What a filled cart consists of: which rows of a table, and which of its columns name another row that is copied too. */
const parts: readonly (readonly [table: string, which: string, ids: readonly string[]])[] = [
  ["cart", "cart.id = pattern.id", ["shipping_address_id", "billing_address_id"]],
  ["cart_address", "cart_address.id in (pattern.shipping_address_id, pattern.billing_address_id)", []],
  ["cart_line_item", "cart_line_item.cart_id = pattern.id", ["cart_id"]],
  [
    "cart_line_item_tax_line",
    "item_id in (select id from cart_line_item where cart_id = pattern.id)",
    ["item_id"],
  ],
  ["cart_shipping_method", "cart_shipping_method.cart_id = pattern.id", ["cart_id"]],
  [
    "cart_shipping_method_tax_line",
    "shipping_method_id in (select id from cart_shipping_method where cart_id = pattern.id)",
    ["shipping_method_id"],
  ],
]

/** The cart to copy for such a filling; undefined when nobody has offered one yet. */
export async function findPattern(sql: Pool, filling: Filling): Promise<string | undefined> {
  const { rows } = await sql.query<{ id: string }>(
    `select id from cart where metadata->>'pattern_of_specs' = $1 order by id limit 1`,
    [nameOf(filling)]
  )
  return rows[0]?.id
}

/**
 * A copy of a filled cart that nobody pays for yet, for another buyer, row by row. Filling a cart takes Medusa half a
 * second of processor time, more than all the rest of a purchase.
 */
export async function copyCart(sql: Pool, cartId: string, email: string): Promise<string> {
  const copies = parts.map(([table, which, ids]) => {
    const changed = [
      ...["id", ...ids].map((column) => `'${column}', ${another(`${table}.${column}`)}`),
      ...["created_at", "updated_at"].map((column) => `'${column}', now()`),
      ...(table === "cart"
        ? ["'email', $2::text", "'customer_id', (select id from buyer)", "'metadata', null"]
        : []),
    ]
    return `copy_of_${table} as (
      insert into ${table}
      select (jsonb_populate_record(${table}, jsonb_build_object(${changed.join(", ")}))).*
        from ${table}, pattern where ${which}
      returning id
    )`
  })
  const { rows } = await sql.query<{ id: string }>(
    `with pattern as materialized (
       select cart.*, gen_random_uuid()::text as copy from cart where id = $1
     ), known as (
       select id from customer where email = lower($2) and deleted_at is null order by has_account desc limit 1
     ), made as (
       insert into customer (id, email)
       select 'cus_' || ${random("copy || 'buyer'")}, lower($2) from pattern where not exists (select from known)
       on conflict (email, has_account) where deleted_at is null do update set email = excluded.email
       returning id
     ), buyer as (
       select id from known union all select id from made
     ), ${copies.join(", ")}
     select id from copy_of_cart`,
    [cartId, email]
  )
  if (!rows[0]) throw new Error(`There is no cart ${cartId} to copy`)
  return rows[0].id
}

/** Another id of the same kind: the same for the same id within one copy. */
function another(id: string): string {
  return `split_part(${id}, '_', 1) || '_' || ${random(`pattern.copy || ${id}`)}`
}

function random(of: string): string {
  return `upper(left(md5(${of}), 26))`
}

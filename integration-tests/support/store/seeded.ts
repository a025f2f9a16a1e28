import type { Client, Pool } from "pg"

/** Test only: who signs in to the admin of a seeded store. */
export const adminEmail = "admin@example.com"
/** Test only. */
export const adminPassword = "test-only-admin-password"

/** The products of a seeded store by handle; prices in euros and in dollars, as a store's staff would type them. */
export const catalogue = {
  "t-shirt": { title: "T-shirt", price: 19.95, stock: 1_000_000 },
  "coffee-mug": { title: "Coffee mug", price: 12.5, stock: 1_000_000 },
  "last-lamp": { title: "Last lamp", price: 89, stock: 1 },
} as const

/** A product of the seeded store. The lamp is the only one of its kind in stock. */
export type ProductHandle = keyof typeof catalogue

/** What a buyer's browser needs to know of a seeded store. */
export type Seeded = Readonly<{
  publishableKey: string
  /** The region in euros. */
  regionId: string
  /** The region in US dollars, for gateways that take no euros. */
  dollarRegionId: string
  salesChannelId: string
  stockLocationId: string
  shippingOptionId: string
  variantIds: Readonly<Record<ProductHandle, string>>
}>

/** Reads back what {@link catalogue} and the seed made in a database. */
export async function readSeeded(sql: Pick<Client | Pool, "query">): Promise<Seeded> {
  const { rows } = await sql.query<Seeded>(`
    select (select token from api_key where type = 'publishable' and title = 'Webshop') as "publishableKey",
           (select id from region where currency_code = 'eur' and deleted_at is null) as "regionId",
           (select id from region where currency_code = 'usd' and deleted_at is null) as "dollarRegionId",
           (select default_sales_channel_id from store) as "salesChannelId",
           (select id from stock_location where deleted_at is null order by created_at limit 1) as "stockLocationId",
           (select id from shipping_option where deleted_at is null) as "shippingOptionId",
           (select jsonb_object_agg(sku, id) from product_variant where sku is not null and deleted_at is null) as "variantIds"`)
  const [seeded] = rows
  if (!seeded?.publishableKey) throw new Error("This database is not seeded")
  return seeded
}

/** Offers every payment provider that the running store has in the seeded regions. */
export async function offerAllProviders(sql: Pick<Client | Pool, "query">): Promise<void> {
  await sql.query(`
    insert into region_payment_provider (id, region_id, payment_provider_id)
    select 'regpp_' || md5(region.id || provider.id), region.id, provider.id
      from region, payment_provider provider
     where provider.is_enabled and region.deleted_at is null
    on conflict do nothing`)
}

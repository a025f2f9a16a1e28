import type { Knex } from "@medusajs/framework/mikro-orm/knex"

/** Medusa's sign-in by email and password. */
export const signInProvider = "emailpass"

/** The guest who placed an order, as far as an account may be made of them. */
export type Guest = Readonly<{
  customerId: string
  /** The order's address and the customer's: they are the same. */
  email: string
  order: Readonly<{ id: string; displayId: number; salesChannelId: string | null }>
  /** Sign-ins of this very address that belong to nobody. Whoever began them has not proven the address. */
  looseSignIns: readonly string[]
}>

/** Why no account may be made of the order's customer. */
export type NoGuest = Readonly<{ reason: string }>

type Row = {
  display_id: number
  sales_channel_id: string | null
  email: string | null
  customer_id: string | null
  customer_email: string | null
  has_account: boolean | null
  is_registered: boolean
  sign_ins: { id: string; email: string; actors: Record<string, unknown> | null }[]
}

/**
 * Reads who placed an order. An account can be made of a guest whose address is the order's own and leads to no account
 * and no sign-in yet, in whatever letters it was written: not of a customer, and not of a member of the staff.
 */
export async function readGuest(db: Knex, orderId: string): Promise<Guest | NoGuest> {
  const { rows } = await db.raw(
    `select placed.display_id, placed.sales_channel_id, placed.email,
       customer.id as customer_id, customer.email as customer_email, customer.has_account,
       exists (
         select 1 from customer other
         where lower(other.email) = lower(placed.email) and other.has_account and other.deleted_at is null
       ) as is_registered,
       coalesce((
         select jsonb_agg(jsonb_build_object('id', identity.id, 'email', way.entity_id, 'actors', identity.app_metadata))
         from provider_identity way join auth_identity identity on identity.id = way.auth_identity_id
         where way.provider = ? and lower(way.entity_id) = lower(placed.email)
           and way.deleted_at is null and identity.deleted_at is null
       ), '[]') as sign_ins
     from "order" placed
     left join customer on customer.id = placed.customer_id and customer.deleted_at is null
     where placed.id = ? and placed.deleted_at is null`,
    [signInProvider, orderId]
  )
  const row = (rows as Row[])[0]
  if (!row?.customer_id || !row.email) return { reason: "the order has no customer" }
  if (row.has_account || row.is_registered) return { reason: "there is an account for this address" }
  if (row.email !== row.customer_email) return { reason: "the order's address is not its customer's" }
  const { customer_id: customerId, email } = row
  if (row.sign_ins.some((signIn) => belongsToSomebody(signIn.actors, customerId))) {
    return { reason: "somebody signs in with this address" }
  }
  return {
    customerId,
    email,
    order: { id: orderId, displayId: row.display_id, salesChannelId: row.sales_channel_id },
    looseSignIns: row.sign_ins.filter((signIn) => signIn.email === email).map(({ id }) => id),
  }
}

/** Unless it is nobody's, or this guest's own: left by a claim that a crash cut. */
function belongsToSomebody(actors: Record<string, unknown> | null, customerId: string): boolean {
  return Object.entries(actors ?? {}).some(
    ([key, id]) => id !== null && id !== undefined && !(key === "customer_id" && id === customerId)
  )
}

import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { Claim } from "../../../domain/hold"

export const holdStates = ["held", "turned", "ordered", "released"] as const
export type HoldStateNow = (typeof holdStates)[number]

/** The claim of one payment on the goods of its cart. */
export type StoredClaim = Claim & Readonly<{ accountId: string }>

/** A row of `ipn_hold` as everybody reads it. Claims are by payment session. */
export type StoredHold = Readonly<{
  id: string
  cartId: string
  state: HoldStateNow
  claims: Readonly<Record<string, StoredClaim>>
  expiresAt: Date
  takenAt: Date
  reservations: readonly HeldReservation[]
  orderId: string | undefined
  releasedAt: Date | undefined
  because: string | undefined
}>

/** A reservation and the line of the cart that it is for. */
export type HeldReservation = Readonly<{ id: string; line_item_id: string }>

export type HoldRow = {
  id: string
  cart_id: string
  state: HoldStateNow
  claims: Record<string, StoredClaim>
  expires_at: Date
  taken_at: Date
  reservations: HeldReservation[]
  order_id: string | null
  released_at: Date | null
  because: string | null
}

export function readHold(row: HoldRow): StoredHold {
  return {
    id: row.id,
    cartId: row.cart_id,
    state: row.state,
    claims: row.claims,
    expiresAt: row.expires_at,
    takenAt: row.taken_at,
    reservations: row.reservations,
    orderId: row.order_id ?? undefined,
    releasedAt: row.released_at ?? undefined,
    because: row.because ?? undefined,
  }
}

/** The hold of a cart, whatever became of it; `lock` makes others wait for the end of the transaction. */
export async function findHold(
  db: Knex,
  cartId: string,
  { lock = false }: { lock?: boolean } = {}
): Promise<StoredHold | undefined> {
  const { rows } = await db.raw(
    `select * from ipn_hold where cart_id = ? and deleted_at is null ${lock ? "for update" : ""}`,
    [cartId]
  )
  const row = (rows as HoldRow[])[0]
  return row && readHold(row)
}

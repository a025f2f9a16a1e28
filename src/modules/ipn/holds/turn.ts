import { MathBN } from "@medusajs/framework/utils"
import type { NewReservation, Reservation, ReservingTransaction } from "./reserving"
import { findHold, readHold, type HoldRow, type StoredHold } from "./stored-hold"

/** In the metadata of a cart, copied by core to its order: the hold that the order's goods come from. */
export const holdMarker = "ipn_hold"
/** How long a turned hold waits to be told how its completion ended. Core gives one up after two minutes. */
const completedWithinMs = 180_000

/**
 * Reserves for an order what its cart's hold does not hold already; what it holds becomes the order's, at the very
 * location and in the same commit. Reserves as Medusa does where no goods are held.
 */
export async function createTurning(
  transaction: ReservingTransaction,
  items: readonly NewReservation[]
): Promise<unknown[]> {
  const { sql } = transaction
  const lines = items.flatMap(({ line_item_id }) => line_item_id ?? [])
  const found = lines.length > 0 ? await lockHoldOfOrder(sql, lines) : undefined
  const held = found ? await transaction.list(found.hold.reservations.map(({ id }) => id)) : []
  const items_ = [...items, ...held].map(({ inventory_item_id }) => inventory_item_id)
  await transaction.lockLevels([...new Set(items_)])
  if (!found) return transaction.create(items)

  const { pairs, rest, surplus } = match(items, held)
  await transaction.free(surplus.map(({ id }) => id))
  for (const { item, reservation } of pairs) {
    await sql.raw(
      `update reservation_item set line_item_id = ?, external_id = null, description = null, metadata = null,
         updated_at = now() where id = ?`,
      [item.line_item_id ?? null, reservation.id]
    )
  }
  await sql.raw(
    `update ipn_hold set state = 'turned', order_id = ?, due_at = now() + ? * interval '1 millisecond', updated_at = now()
     where id = ?`,
    [found.orderId, completedWithinMs, found.hold.id]
  )
  const created = await transaction.create(rest)
  return [...(await transaction.entities(pairs.map(({ reservation }) => reservation.id))), ...created]
}

/** Frees reservations; those of an order whose completion fails just now are held for the buyer again instead. */
export async function freeTurningBack(
  transaction: ReservingTransaction,
  ids: readonly string[]
): Promise<void> {
  const { sql } = transaction
  const { rows } = await sql.raw(
    `select * from ipn_hold where state = 'turned' and deleted_at is null
       and exists (select 1 from jsonb_array_elements(reservations) as held where held->>'id' = any(?::text[]))
     order by id for update`,
    [[...ids]]
  )
  const turned = (rows as HoldRow[]).map(readHold)
  const back = new Set<string>()
  for (const hold of turned) {
    for (const { id } of hold.reservations) back.add(id)
    await turnBack(sql, hold)
  }
  const gone = ids.filter((id) => !back.has(id))
  const reservations = await transaction.list(gone)
  await transaction.lockLevels([...new Set(reservations.map(({ inventory_item_id }) => inventory_item_id))])
  await transaction.free(gone)
}

/** Makes an order's reservations those of its cart again. The caller has locked the hold. */
export async function turnBack(sql: ReservingTransaction["sql"], hold: StoredHold): Promise<void> {
  for (const { id, line_item_id } of hold.reservations) {
    await sql.raw(
      `update reservation_item set line_item_id = ?, external_id = ?, description = ?, metadata = ?::jsonb, updated_at = now()
       where id = ? and deleted_at is null`,
      [line_item_id, hold.cartId, holdDescription, JSON.stringify({ [holdMarker]: hold.id }), id]
    )
  }
  await sql.raw(
    `update ipn_hold set state = 'held', order_id = null, due_at = expires_at, updated_at = now() where id = ?`,
    [hold.id]
  )
}

/** What people see of a reservation in the admin. */
export const holdDescription = "Held for a payment that is under way"

/** The hold that stands in the metadata of the order that these lines are of, unless it is another order's already. */
async function lockHoldOfOrder(
  sql: ReservingTransaction["sql"],
  lineIds: readonly string[]
): Promise<{ hold: StoredHold; orderId: string } | undefined> {
  const { rows } = await sql.raw(
    `select placed.id as order_id, hold.cart_id from order_item item
     join "order" placed on placed.id = item.order_id
     join ipn_hold hold on hold.id = placed.metadata->>? and hold.state = 'held' and hold.deleted_at is null
     where item.item_id = any(?::text[]) limit 1`,
    [holdMarker, [...lineIds]]
  )
  const found = (rows as { order_id: string; cart_id: string }[])[0]
  const hold = found && (await findHold(sql, found.cart_id, { lock: true }))
  return hold?.state === "held" ? { hold, orderId: found!.order_id } : undefined
}

type Matched = Readonly<{
  pairs: readonly { item: NewReservation; reservation: Reservation }[]
  rest: readonly NewReservation[]
  surplus: readonly Reservation[]
}>

/** What is held in the very quantity of an item; all else is reserved anew, or freed. */
function match(items: readonly NewReservation[], held: readonly Reservation[]): Matched {
  const surplus = [...held]
  const pairs: { item: NewReservation; reservation: Reservation }[] = []
  const rest: NewReservation[] = []
  for (const item of items) {
    const index = surplus.findIndex(
      ({ inventory_item_id, quantity }) =>
        inventory_item_id === item.inventory_item_id &&
        MathBN.eq(quantity, item.quantity as Parameters<typeof MathBN.eq>[0])
    )
    if (index < 0) rest.push(item)
    else pairs.push({ item, reservation: surplus.splice(index, 1)[0]! })
  }
  return { pairs, rest, surplus }
}

import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { ExpectedPayment } from "./inbox/expected-payments"

/**
 * What is locked while a payment is settled or its cart completed: the cart, whose order all its payments would place and
 * pay. A payment of an order that stands may have a collection of its own, which knows no cart: it is locked with its order.
 */
export async function readLockSubject(
  db: Knex,
  {
    cartId,
    paymentCollectionId,
    reference,
  }: Pick<ExpectedPayment, "cartId" | "paymentCollectionId" | "reference">
): Promise<string> {
  if (cartId !== undefined) return cartId
  if (paymentCollectionId === undefined) return reference
  const { rows } = await db.raw(
    `select order_id from order_payment_collection where payment_collection_id = ? and deleted_at is null limit 1`,
    [paymentCollectionId]
  )
  const [link] = rows as { order_id: string }[]
  return link ? readLockSubjectOfOrder(db, link.order_id) : paymentCollectionId
}

/** The cart that an order was placed from: its payments have that lock. An order without one has its own. */
export async function readLockSubjectOfOrder(db: Knex, orderId: string): Promise<string> {
  const { rows } = await db.raw(
    `select cart_id from order_cart where order_id = ? and deleted_at is null limit 1`,
    [orderId]
  )
  return (rows as { cart_id: string }[])[0]?.cart_id ?? `order:${orderId}`
}

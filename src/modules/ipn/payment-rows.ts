import type { Knex } from "@medusajs/framework/mikro-orm/knex"

/** Which payment: our session, and the cart and collection that it was made for, where known. */
export type PaymentAsked = Readonly<{
  sessionId: string
  cartId?: string | undefined
  collectionId?: string | undefined
}>

type Amount = { amount: number; raw_amount: { value: string } | null }
export type CaptureRow = Amount & { id: string; created_by: string | null; created_at: string }
export type RefundRow = CaptureRow & { metadata: Record<string, unknown> | null }
export type SessionRow = Amount & {
  id: string
  status: string
  provider_id: string
  currency_code: string
  data: Record<string, unknown>
  payment_collection_id: string
  payment:
    | (Amount & {
        id: string
        canceled_at: string | null
        captured_at: string | null
        captures: CaptureRow[]
        refunds: RefundRow[]
        /** Whether the collection's totals are those of its sessions, captures and refunds. */
        collection_counted: boolean
      })
    | null
}
export type OrderRow = {
  id: string
  status: string
  created_at: string
  currency_code: string
  summary: { raw_pending_difference?: { value: string } | null; pending_difference?: number } | null
  /** Whether goods were asked to be returned: the stored summary then says another difference than Medusa goes by. */
  has_returns: boolean
  transactions: { reference: string | null; reference_id: string | null }[]
  credit_lines: (Amount & { reference: string | null; reference_id: string | null })[]
}
type SiblingRow = { id: string; status: string }

/** What Medusa's tables say of a payment. */
export type PaymentRows = Readonly<{
  session: SessionRow | null
  /** The cart's order, or that of the collection. */
  orderId: string | null
  order: OrderRow | null
  /** All sessions of the payment's collection. */
  siblings: readonly SiblingRow[]
  /** The sessions by which the order was to be paid besides: in the admin, or by another try. */
  elsewhere: readonly SiblingRow[]
}>

const fields = (row: string, ...names: string[]) =>
  names.map((name) => `'${name}', ${row}.${name}`).join(", ")
const list = (row: string, names: readonly string[], from: string) =>
  `coalesce((select json_agg(json_build_object(${fields(row, ...names)}) order by ${row}.id) from ${from}), '[]')`

const captureFields = ["id", "amount", "raw_amount", "created_by", "created_at"]
const sessionFields = [
  "id",
  "status",
  "provider_id",
  "amount",
  "raw_amount",
  "currency_code",
  "data",
  "payment_collection_id",
]

/**
 * Medusa adds up in numbers, whose last digit may be off.
 * `@medusajs/payment` 2.21.2, `maybeUpdatePaymentCollection_`
 */
const isCounted = (column: string, from: string) =>
  `(select abs(written - added) <= 1e-14 * (written + added) from (select coalesce(counted.${column}, 0) as written,
     (select coalesce(sum(amount), 0) from ${from}) as added) as totals)`
const ofCollection = (table: string) =>
  `${table} where deleted_at is null and payment_id in
     (select id from payment where payment_collection_id = counted.id and deleted_at is null)`

const statement = `
  with session as (
    select * from payment_session where id = :sessionId and deleted_at is null
  ), placed as (
    select coalesce(
      (select order_id from order_cart where cart_id = :cartId and deleted_at is null limit 1),
      (select order_id from order_payment_collection
        where payment_collection_id = :collectionId and deleted_at is null limit 1)
    ) as order_id
  ), collection as (
    select coalesce((select payment_collection_id from session), :collectionId) as id
  )
  select
    (select json_build_object(${fields("session", ...sessionFields)}, 'payment', (
       select json_build_object(${fields("payment", "id", "amount", "raw_amount", "canceled_at", "captured_at")},
         'collection_counted', (select ${isCounted("captured_amount", ofCollection("capture"))}
             and ${isCounted("refunded_amount", ofCollection("refund"))}
             and ${isCounted("authorized_amount", "payment_session where payment_collection_id = counted.id and status = 'authorized' and deleted_at is null")}
           from payment_collection counted where id = payment.payment_collection_id),
         'captures', ${list("capture", captureFields, "capture where payment_id = payment.id and deleted_at is null")},
         'refunds', ${list("refund", [...captureFields, "metadata"], "refund where payment_id = payment.id and deleted_at is null")})
       from payment where payment_session_id = session.id and deleted_at is null
     )) from session) as session,
    placed.order_id as "orderId",
    (select json_build_object(${fields("placed_order", "id", "status", "created_at", "currency_code")},
       'summary', (select totals from order_summary
          where order_id = placed_order.id and version = placed_order.version and deleted_at is null limit 1),
       'has_returns', exists (select from order_item where order_id = placed_order.id
          and version = placed_order.version and return_requested_quantity > 0 and deleted_at is null),
       'transactions', ${list("entry", ["reference", "reference_id"], "order_transaction entry where order_id = placed_order.id and deleted_at is null")},
       'credit_lines', ${list("line", ["reference", "reference_id", "amount", "raw_amount"], "order_credit_line line where order_id = placed_order.id and version = placed_order.version and deleted_at is null")})
     from "order" placed_order where id = placed.order_id and deleted_at is null) as "order",
    ${list("sibling", ["id", "status"], "payment_session sibling where payment_collection_id = collection.id and deleted_at is null")} as siblings,
    ${list(
      "other",
      ["id", "status"],
      `order_payment_collection link join payment_session other on other.payment_collection_id = link.payment_collection_id
        where link.order_id = placed.order_id and link.deleted_at is null and other.deleted_at is null
          and link.payment_collection_id is distinct from collection.id`
    )} as elsewhere
  from placed, collection`

/**
 * Reads all that Medusa knows of a payment in one statement, as of one moment: an order's entry is never seen
 * without the capture or refund that Medusa wrote before it. Asked of Medusa it takes seven, and as many moments.
 */
export async function readPaymentRows(db: Knex, asked: PaymentAsked): Promise<PaymentRows> {
  const { sessionId, cartId = null, collectionId = null } = asked
  const { rows } = await db.raw(statement, { sessionId, cartId, collectionId })
  return (rows as PaymentRows[])[0]!
}

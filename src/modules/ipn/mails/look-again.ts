import type { Knex } from "@medusajs/framework/mikro-orm/knex"

/** What is known of a payment's cart and order just before a mail goes. */
export type Standing = Readonly<{
  /** Whether any payment of the cart or order took or reserved money. */
  hasMoney: boolean
  /** Whether the buyer has started another payment since. */
  startedAgain: boolean
  /** Whether such a mail went to the buyer of this cart in the last ten minutes. */
  toldLately: boolean
}>

const sameMailMs = 10 * 60_000

/** Looks again at the payments of a cart and order. */
export async function readStanding(
  db: Knex,
  of: Readonly<{
    cartId: string | null
    orderId: string | null
    accountId: string
    reference: string
    rowId: string
    topic: string
    to: string
  }>
): Promise<Standing> {
  const { rows } = await db.raw(
    `with lane as (
       select id, facts from ipn_lane where order_id = ? and deleted_at is null
       union select id, facts from ipn_lane where payment_session_id = ? and deleted_at is null
       union select lane.id, lane.facts from ipn_expected_payment expected
         join ipn_lane lane on lane.account_id = expected.account_id
           and lane.key = 'ref:' || expected.reference and lane.deleted_at is null
         where expected.cart_id = ? and expected.deleted_at is null
     )
     select
       exists (
         select 1 from lane where facts->'captured'->0 is not null or facts->'authorized'->0 is not null
       ) as "hasMoney",
       exists (
         select 1 from ipn_expected_payment mine join ipn_expected_payment later
           on later.cart_id = mine.cart_id and later.created_at > mine.created_at and later.deleted_at is null
         where mine.account_id = ? and mine.reference = ?
       ) as "startedAgain",
       exists (
         select 1 from lane join ipn_outbox other on other.channel = 'mail' and other.topic = ?
           and other.fact = lane.id || ':' || ? and other.id <> ? and other.state = 'sent'
         where other.sent_at > now() - ? * interval '1 millisecond'
       ) as "toldLately"`,
    [of.orderId, of.reference, of.cartId, of.accountId, of.reference, of.topic, of.to, of.rowId, sameMailMs]
  )
  return (rows as Standing[])[0]!
}

/** The refunded total of which such a mail to the same recipient told last before this one; "0" when this is the first. */
export async function readRefundTold(
  db: Knex,
  of: Readonly<{ rowId: string; orderId: string; laneId: string; currency: string; to: string }>
): Promise<string> {
  const { rows } = await db.raw(
    `select coalesce(max((payload->>'amount')::numeric), 0)::text as amount from ipn_outbox
     where order_id = ? and channel = 'mail' and topic = 'ipn.refund-completed' and lane_id = ? and id < ?
       and payload->>'currency_code' = ? and payload->>'to' = ? and deleted_at is null`,
    [of.orderId, of.laneId, of.rowId, of.currency, of.to]
  )
  return (rows as { amount: string }[])[0]!.amount
}

/** What a lane's facts say of one dispute by now. */
export async function readDispute(
  db: Knex,
  laneId: string,
  resource: string
): Promise<{ state: string; dueAt: number | null } | undefined> {
  const { rows } = await db.raw(
    `select dispute->>'state' as state, (dispute->>'dueAt')::float8 as "dueAt"
     from ipn_lane, jsonb_array_elements(facts->'disputes') dispute
     where id = ? and dispute->>'resource' = ?`,
    [laneId, resource]
  )
  return (rows as { state: string; dueAt: number | null }[])[0]
}

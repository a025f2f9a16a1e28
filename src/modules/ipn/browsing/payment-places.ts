import type { Sql } from "./page"

/**
 * Where what was told of a payment lies, in SQL: rows of `account_id` and lane `key`. By orders; by a customer, the latest
 * orders and carts; or by any id that a gateway or Medusa knows the payment under: our reference, a cart, the gateway's
 * own id.
 */
export function placesOf(
  of: Readonly<{ orderIds: readonly string[] }> | Readonly<{ customerId: string }> | Readonly<{ id: string }>,
  accounts: readonly string[]
): Sql {
  if ("orderIds" in of) {
    const orders = [...of.orderIds]
    return {
      sql: `select account_id, key from ipn_lane where order_id = any(?::text[]) and deleted_at is null
        union
        select asked.account_id, 'ref:' || asked.reference from order_cart
        join ipn_expected_payment asked on asked.cart_id = order_cart.cart_id and asked.deleted_at is null
        where order_cart.order_id = any(?::text[]) and order_cart.deleted_at is null`,
      bindings: [orders, orders],
    }
  }
  if ("customerId" in of) {
    return {
      sql: `select lane.account_id, lane.key from (select id from "order" where customer_id = ? and deleted_at is null
          order by created_at desc limit 200) placed
        join ipn_lane lane on lane.order_id = placed.id and lane.deleted_at is null
        union
        select asked.account_id, 'ref:' || asked.reference from (select id from cart where customer_id = ?
          and deleted_at is null order by created_at desc limit 200) filled
        join ipn_expected_payment asked on asked.cart_id = filled.id and asked.deleted_at is null`,
      bindings: [of.customerId, of.customerId],
    }
  }
  const { id } = of
  return {
    sql: `select named.account_id, kind.of || ? from unnest(?::text[]) as named(account_id)
        cross join unnest(array['ref:', 'pay:', 'obj:']) as kind(of)
        union
        select account_id, 'ref:' || reference from ipn_expected_payment
        where gateway_payment_ids @> ?::jsonb and deleted_at is null
        union
        select account_id, 'ref:' || reference from ipn_expected_payment where cart_id = ? and deleted_at is null`,
    bindings: [id, [...accounts], JSON.stringify([id]), id],
  }
}

/** The ids of all messages about places, also of those that told again what was known. */
export function messagesAbout(places: Sql): Sql {
  return {
    sql: `with place(account_id, key) as (${places.sql})
      select event.message_id as id from place
      join ipn_lane lane on lane.account_id = place.account_id and lane.key = place.key and lane.deleted_at is null
      join ipn_payment_event event on event.lane_id = lane.id and event.deleted_at is null
      where event.message_id is not null
      union
      -- All keys at once, for the index: joined key by key, every message is read.
      select message.id from ipn_message message
      where message.about \\?| (select array_agg(key) from place) and message.about is not null and message.deleted_at is null
        and exists (select 1 from place where place.account_id = message.account_id and message.about \\? place.key)`,
    bindings: places.bindings,
  }
}

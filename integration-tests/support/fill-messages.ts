import type { Knex } from "@medusajs/framework/mikro-orm/knex"

/**
 * Fills the plugin's tables with so many messages, two of each payment, one every four seconds up to now: 7 in 10 of the
 * account `sandbox`, 2 of `stripe`, 1 of `paypal`; of 100 payments one is in review, of 1,000 one has failed. All in one
 * commit, with the planner's statistics.
 */
export async function fillMessages(db: Knex, count: number): Promise<void> {
  await db.transaction(async (trx) => {
    await trx.raw(`create function pg_temp.ulid(ms bigint, n bigint) returns text language sql as $f$
      select string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', (((ms >> (45 - i * 5)) & 31) + 1)::int, 1), '' order by i)
        || lpad(upper(to_hex(n)), 16, '0') from generate_series(0, 9) i $f$`)
    await trx.raw(
      `create temp table made on commit drop as
       select n, n / 2 as payment, ms, pg_temp.ulid(ms, n) as u, to_timestamp(ms / 1000.0) as at,
         case when (n / 2) % 10 < 7 then 'sandbox' when (n / 2) % 10 < 9 then 'stripe' else 'paypal' end as account
       from (select n, (extract(epoch from now() - (? - n) * interval '4 seconds') * 1000)::bigint as ms
             from generate_series(1, ?::int) n) numbered`,
      [count, count]
    )
    await trx.raw(`insert into ipn_message (id, account_id, gateway_id, method, query, headers, body, ip, proof, proof_detail, about, received_at)
      select 'ipnmsg_' || u, account, account, 'POST', '', '{"content-type":"application/json"}', repeat('eyJpZCI6', 100),
        '127.0.0.1', 'proven', '{"by":"hmac","covers":"body"}', jsonb_build_array('ref:payses_' || payment), at from made`)
    await trx.raw(`insert into ipn_expected_payment (id, account_id, reference, amount, currency_code, cart_id, gateway_payment_ids)
      select 'ipnexp_' || u, account, 'payses_' || payment, '19.95', 'eur', 'cart_' || payment, jsonb_build_array('pay_' || payment)
      from made where n % 2 = 0`)
    await trx.raw(`insert into ipn_lane (id, account_id, key, state, due_at, first_due_at, cart_id, order_id)
      select 'ipnlane_' || u, account, 'ref:payses_' || payment,
        case when payment % 100 = 0 then 'review' when payment % 1000 = 1 then 'failed' when payment % 500 = 2 then 'waiting' else 'settled' end,
        case when payment % 500 = 2 then now() + interval '1 hour' end, now(), 'cart_' || payment, 'order_' || payment
      from made where n % 2 = 0`)
    await trx.raw(`insert into ipn_payment_event (id, account_id, key, lane_id, message_id, type, statement, occurred_at, received_at, outcome, settled_at)
      select 'ipnev_' || made.u, made.account, 'evt_' || n, lane.id, 'ipnmsg_' || made.u,
        case when n % 1000 = 0 then 'dispute.opened' when n % 2 = 0 then 'payment.captured' else 'payment.authorized' end,
        jsonb_build_object('key', 'evt_' || n, 'test', true, 'gatewayPayment', 'pay_' || payment,
          'money', jsonb_build_object('amount', (n % 5000 / 100.0 + 1)::numeric(10, 2)::text, 'currency', 'eur')),
        at - interval '2 seconds', at, case lane.state when 'review' then 'review' when 'settled' then 'applied' end, now()
      from made join ipn_lane lane on lane.account_id = made.account and lane.key = 'ref:payses_' || payment`)
  })
  await db.raw("analyze")
}

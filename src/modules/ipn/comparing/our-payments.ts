import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { Facts } from "../../../domain/fold"
import type { PaymentEvent } from "../../../domain/payment-event"
import { readExpected, type ExpectedPayment, type ExpectedRow } from "../inbox/expected-payments"
import { readStatement, type Statement } from "../inbox/statement"

/** What we know of a payment: which it is, and where it lies. */
export type OurPayment = Readonly<{
  laneId: string | null
  orderId: string | null
  reference: string | null
  ageMs: number | null
}>

/** What a gateway told of one payment, in brief. */
export type ToldBrief = Readonly<{
  reference?: string
  gatewayPayment?: string
  facts: Pick<Facts, "captured" | "refunded" | "authorized" | "pending">
}>

/**
 * For each payment that the gateway told, in the same order: what we know of it, or that both agree, in one statement.
 * Most agree; those cost nothing more.
 */
export async function findOurs(
  db: Knex,
  accountId: string,
  told: readonly ToldBrief[]
): Promise<(OurPayment & { agrees: boolean })[]> {
  const rows = told.map(({ reference, gatewayPayment, facts }, n) => ({
    n,
    reference: reference ?? null,
    gateway_payment: gatewayPayment ?? null,
    captured: facts.captured,
    refunded: facts.refunded,
    nothing: !facts.pending && facts.captured.length + facts.authorized.length + facts.refunded.length === 0,
  }))
  const { rows: found } = await db.raw(
    `select lane.id as "laneId", lane.order_id as "orderId", coalesce(expected.reference, told.reference) as reference,
       (extract(epoch from now() - expected.created_at) * 1000)::float8 as "ageMs",
       coalesce(
         case when told.nothing
           then lane.id is null or (lane.facts->'captured' = '[]' and lane.facts->'authorized' = '[]')
           else told.captured <> '[]' and lane.facts->'captured' = told.captured and lane.facts->'refunded' = told.refunded
         end, false) as agrees
     from json_to_recordset(?::json) as told(n int, reference text, gateway_payment text, captured jsonb, refunded jsonb, nothing boolean)
     left join lateral (
       select reference, created_at from ipn_expected_payment
       where account_id = ? and reference = told.reference and deleted_at is null limit 1
     ) named on true
     left join lateral (
       -- The offset keeps the account out of the look-up: by account, all of its payments are read for each one.
       select reference, created_at from (
         select account_id, reference, created_at from ipn_expected_payment
         where gateway_payment_ids @> jsonb_build_array(told.gateway_payment) and deleted_at is null offset 0
       ) known
       where named.reference is null and account_id = ? order by created_at limit 1
     ) known on true
     cross join lateral (
       select coalesce(named.reference, known.reference) as reference, coalesce(named.created_at, known.created_at) as created_at
     ) expected
     left join lateral (
       select id, order_id, facts from ipn_lane
       where account_id = ? and deleted_at is null
         and key in ('ref:' || coalesce(expected.reference, told.reference), 'pay:' || told.gateway_payment)
       order by key desc limit 1
     ) lane on true
     order by told.n`,
    [JSON.stringify(rows), accountId, accountId, accountId]
  )
  return found as (OurPayment & { agrees: boolean })[]
}

/** The ids of the payments that we started in a period; only they are held in memory, the oldest first. */
export async function listOurIds(
  db: Knex,
  accountId: string,
  period: Readonly<{ from: Date; to: Date }>
): Promise<string[]> {
  const { rows } = await db.raw(
    `select id from ipn_expected_payment
     where account_id = ? and created_at >= ? and created_at < ? and deleted_at is null order by id`,
    [accountId, period.from, period.to]
  )
  return (rows as { id: string }[]).map(({ id }) => id)
}

/** A payment that we started, with the gateway's ids of what took or holds money for it, as was told. */
export type StartedPayment = OurPayment &
  Readonly<{ expected: ExpectedPayment; moneyIn: readonly (string | null)[] }>

/** Payments by their ids, with what is known of them. */
export async function readOurs(db: Knex, ids: readonly string[]): Promise<StartedPayment[]> {
  const { rows } = await db.raw(
    `select expected.*, lane.id as "laneId", lane.order_id as "orderId",
       (extract(epoch from now() - expected.created_at) * 1000)::float8 as "ageMs",
       coalesce((select json_agg(distinct event.statement->>'gatewayPayment') from ipn_payment_event event
                 where event.lane_id = lane.id and event.deleted_at is null
                   and event.type in ('payment.captured', 'payment.authorized')), '[]') as "moneyIn"
     from ipn_expected_payment expected
     left join lateral (
       select id, order_id from ipn_lane
       where account_id = expected.account_id and key = 'ref:' || expected.reference and deleted_at is null limit 1
     ) lane on true
     where expected.id = any(?::text[]) order by expected.id`,
    [[...ids]]
  )
  type Row = ExpectedRow & Omit<StartedPayment, "expected" | "reference">
  return (rows as Row[]).map((row) => ({
    laneId: row.laneId,
    orderId: row.orderId,
    reference: row.reference,
    ageMs: row.ageMs,
    moneyIn: row.moneyIn,
    expected: readExpected(row),
  }))
}

/** All payment events of several lanes, by lane. */
export async function readEventsOfLanes(
  db: Knex,
  laneIds: readonly string[]
): Promise<Map<string, PaymentEvent[]>> {
  const events = new Map<string, PaymentEvent[]>()
  if (laneIds.length === 0) return events
  const { rows } = await db.raw(
    `select lane_id, statement from ipn_payment_event where lane_id = any(?::text[]) and deleted_at is null`,
    [[...laneIds]]
  )
  for (const row of rows as { lane_id: string; statement: Statement }[]) {
    const known = events.get(row.lane_id)
    if (known) known.push(readStatement(row.statement))
    else events.set(row.lane_id, [readStatement(row.statement)])
  }
  return events
}

import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { fold } from "../../../domain/fold"
import type { PaymentEvent } from "../../../domain/payment-event"
import { readEventsOfReference } from "../inbox/lane-events"
import type { Sorting } from "../inbox/sorting"
import type { Asked } from "./asking"

/** An order for which Medusa knows of no money, with the payments that were started for it through our accounts. */
export type UnpaidOrder = Readonly<{
  orderId: string
  placedAt: Date
  payments: readonly Readonly<{ accountId: string; reference: string; laneId?: string }>[]
}>

/**
 * Orders placed more than so many hours ago, oldest first, that are not cancelled and neither paid nor authorised in
 * Medusa, by whatever provider, nor by anything that was told of their payments.
 * @param after the id of the order from which to go on
 * @param orderIds only these
 */
export async function listUnpaidOrders(
  db: Knex,
  {
    olderThanHours,
    limit = 100,
    after = "",
    orderIds,
  }: { olderThanHours: number; limit?: number; after?: string; orderIds?: readonly string[] }
): Promise<UnpaidOrder[]> {
  const { rows } = await db.raw(
    `select placed.id as "orderId", placed.created_at as "placedAt",
       json_agg(json_build_object('accountId', expected.account_id, 'reference', expected.reference, 'laneId', lane.id)
                order by expected.id) as payments
     from "order" placed
     join order_cart cart on cart.order_id = placed.id and cart.deleted_at is null
     join ipn_expected_payment expected on expected.cart_id = cart.cart_id and expected.deleted_at is null
     left join ipn_lane lane on lane.account_id = expected.account_id and lane.key = 'ref:' || expected.reference
       and lane.deleted_at is null
     where placed.created_at < now() - ? * interval '1 hour' and placed.id > ?
       and (?::text[] is null or placed.id = any(?::text[]))
       and placed.status <> 'canceled' and placed.canceled_at is null and placed.deleted_at is null
       and not exists (
         select 1 from order_payment_collection linked
         join payment_collection collection on collection.id = linked.payment_collection_id
         where linked.order_id = placed.id and linked.deleted_at is null and collection.deleted_at is null
           and (coalesce(collection.authorized_amount, 0) > 0 or coalesce(collection.captured_amount, 0) > 0)
       )
     group by placed.id, placed.created_at
     having not bool_or(coalesce(jsonb_array_length(lane.facts->'captured'), 0) > 0
                     or coalesce(jsonb_array_length(lane.facts->'authorized'), 0) > 0)
     order by placed.id limit ?`,
    [olderThanHours, after, orderIds ? [...orderIds] : null, orderIds ? [...orderIds] : null, limit]
  )
  return (rows as (UnpaidOrder & { payments: { laneId: string | null }[] })[]).map((row) => ({
    ...row,
    payments: row.payments.map(({ laneId, ...payment }) => ({ ...payment, ...(laneId ? { laneId } : {}) })),
  }))
}

/**
 * Whether an order is still unpaid by what its gateways say this minute. `not_answered`: a gateway is down or was asked a
 * moment ago, so look again later. `cannot_be_asked`: its gateway only notifies; nothing but its silence speaks.
 */
export type UnpaidVerdict = "unpaid" | "money_told" | "not_answered" | "cannot_be_asked"

/** Asks about every payment of an order, and says whether it may be cancelled as unpaid. */
export async function askBeforeCancelling(
  db: Knex,
  sorting: Pick<Sorting, "sort">,
  ask: (accountId: string, reference: string) => Promise<Asked>,
  order: UnpaidOrder
): Promise<UnpaidVerdict> {
  let verdict: UnpaidVerdict = "unpaid"
  for (const { accountId, reference } of order.payments) {
    const asked = await ask(accountId, reference)
    const told = asked.kind === "asked" ? asked.told : []
    await sorting.sort()
    const known = await readEventsOfReference(db, accountId, reference)
    if (tellsMoney([...known, ...told])) return "money_told"
    if (asked.kind === "cannot_be_asked") verdict = verdict === "unpaid" ? "cannot_be_asked" : verdict
    else if (asked.kind !== "asked") verdict = "not_answered"
  }
  return verdict
}

function tellsMoney(events: readonly PaymentEvent[]): boolean {
  const facts = fold(events)
  return facts.captured.length > 0 || facts.authorized.length > 0
}

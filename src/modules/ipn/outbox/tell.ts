import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { monotonicFactory } from "ulid"

/** In the order in which they were told, also within a millisecond. */
const ulid = monotonicFactory()

/** One fact to be told to others by one channel. Ids, states and amounts: nobody's name, address or card. */
export type Told = Readonly<{
  /** `bus`, `mail`, `webhook`: a name that a channel is registered under. */
  channel: string
  /** What is told: the name of a bus event, of a mail. */
  topic: string
  /** The fact that it is told of. The same fact is told once, ever, by a channel under a topic. */
  fact: string
  payload: Readonly<Record<string, unknown>>
  laneId?: string | undefined
  orderId?: string | undefined
  /** Default: now. */
  dueAt?: Date | undefined
  /** Told only where this was told before, and said other than `unlessSame`: an update of what somebody knows. */
  after?: Readonly<{ topic: string; fact: string; unlessSame: Readonly<Record<string, unknown>> }> | undefined
}>

/**
 * Writes down what is to be told; what was told or written before is left as it is, so that it may be called with the
 * same facts again and again. Runs in the caller's transaction where `db` is one. Returns how many were new.
 */
export async function tell(db: Knex, rows: readonly Told[]): Promise<number> {
  if (rows.length === 0) return 0
  const { rows: stored } = await db.raw(
    `with told as (
       select * from json_to_recordset(?::json) as t(id text, channel text, topic text, fact text, payload jsonb,
         due_at timestamptz, lane_id text, order_id text, after_topic text, after_fact text, unless_same jsonb)
     )
     insert into ipn_outbox (id, channel, topic, fact, payload, due_at, lane_id, order_id)
     select id, channel, topic, fact, payload, coalesce(due_at, now()), lane_id, order_id from told
     where after_topic is null or exists (
       select 1 from ipn_outbox earlier
       where earlier.channel = told.channel and earlier.topic = told.after_topic and earlier.fact = told.after_fact
         and earlier.deleted_at is null and not earlier.payload @> told.unless_same
     )
     order by channel, topic, fact
     on conflict (channel, topic, fact) where deleted_at is null do nothing
     returning id`,
    [
      JSON.stringify(
        rows.map(({ channel, topic, fact, payload, laneId, orderId, dueAt, after }) => ({
          id: `ipnout_${ulid()}`,
          channel,
          topic,
          fact,
          payload,
          due_at: dueAt?.toISOString() ?? null,
          lane_id: laneId ?? null,
          order_id: orderId ?? null,
          after_topic: after?.topic ?? null,
          after_fact: after?.fact ?? null,
          unless_same: after?.unlessSame ?? null,
        }))
      ),
    ]
  )
  return (stored as unknown[]).length
}

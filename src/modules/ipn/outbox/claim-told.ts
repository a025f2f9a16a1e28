import type { Knex } from "@medusajs/framework/mikro-orm/knex"

/** Something that waits to be told, claimed by one dispatcher. `attempts` counts this one and tells a lost claim from a held one. */
export type OutboxRow = Readonly<{
  id: string
  channel: string
  topic: string
  fact: string
  payload: Readonly<Record<string, unknown>>
  attempts: number
  laneId: string | null
  orderId: string | null
}>

/** Claims up to `limit` due rows of a channel, oldest first; each is nobody else's until the lease ends. */
export async function claimTold(
  db: Knex,
  channel: string,
  limit: number,
  leaseMs: number
): Promise<OutboxRow[]> {
  const { rows } = await db.raw(
    `with claimed as (
       update ipn_outbox set
         lease_until = now() + ? * interval '1 millisecond', attempts = attempts + 1, updated_at = now()
       where id in (
         select id from ipn_outbox
         where state = 'waiting' and due_at <= now() and channel = ?
           and (lease_until is null or lease_until < now()) and deleted_at is null
         order by due_at, id limit ? for update skip locked
       )
       returning id, channel, topic, fact, payload, attempts, lane_id, order_id, due_at
     )
     select id, channel, topic, fact, payload, attempts, lane_id as "laneId", order_id as "orderId"
     from claimed order by due_at, id`,
    [leaseMs, channel, limit]
  )
  return rows as OutboxRow[]
}

/** How telling ended: `waiting` is tried again at `dueAt`. */
export type Telling = Readonly<
  | { state: "sent" }
  | { state: "dropped"; error: string }
  | { state: "failed"; error: string }
  | { state: "waiting"; error: string; dueAt: Date }
>

/** Ends the claim of a row. @returns false when it was lost: another dispatcher has it, and nothing is written. */
export async function endTelling(
  db: Knex,
  row: Pick<OutboxRow, "id" | "attempts">,
  telling: Telling
): Promise<boolean> {
  const { rows } = await db.raw(
    `update ipn_outbox set state = ?, error = ?, due_at = ?::timestamptz, lease_until = null,
       sent_at = case when ? = 'sent' then now() else sent_at end, updated_at = now()
     where id = ? and attempts = ? and state = 'waiting' returning id`,
    [
      telling.state,
      telling.state === "sent" ? null : telling.error.slice(0, 2_000),
      telling.state === "waiting" ? telling.dueAt.toISOString() : null,
      telling.state,
      row.id,
      row.attempts,
    ]
  )
  return (rows as unknown[]).length > 0
}

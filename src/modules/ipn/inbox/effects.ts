import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { ulid } from "ulid"

export type EffectId = Readonly<{ laneId: string; kind: string; objectId: string }>

/** Writes that an effect is about to be made, again or for the first time. */
export async function startEffect(
  db: Knex,
  effect: EffectId,
  detail: Record<string, unknown>
): Promise<void> {
  await db.raw(
    `insert into ipn_effect (id, lane_id, kind, object_id, state, detail, started_at)
     values (?, ?, ?, ?, 'started', ?::jsonb, clock_timestamp())
     on conflict (lane_id, kind, object_id) where deleted_at is null do update set
       state = 'started', detail = excluded.detail, started_at = excluded.started_at, done_at = null, updated_at = now()`,
    [`ipneff_${ulid()}`, effect.laneId, effect.kind, effect.objectId, JSON.stringify(detail)]
  )
}

export async function finishEffect(
  db: Knex,
  effect: EffectId,
  detail: Record<string, unknown>
): Promise<void> {
  await db.raw(
    `update ipn_effect set state = 'done', done_at = clock_timestamp(), detail = detail || ?::jsonb, updated_at = now()
     where lane_id = ? and kind = ? and object_id = ?`,
    [JSON.stringify(detail), effect.laneId, effect.kind, effect.objectId]
  )
}

/** Whether a crash cut an effect on this object, in whatever lane: it was started and not finished. */
export async function wasInterrupted(db: Knex, kind: string, objectId: string): Promise<boolean> {
  const { rows } = await db.raw(
    `select 1 from ipn_effect where kind = ? and object_id = ? and state = 'started' and deleted_at is null limit 1`,
    [kind, objectId]
  )
  return (rows as unknown[]).length > 0
}

/** Writes what became of effects that a crash cut: finished after all, or undone. */
export async function endInterrupted(
  db: Knex,
  kind: string,
  objectId: string,
  state: "done" | "undone"
): Promise<void> {
  await db.raw(
    `update ipn_effect set state = ?, done_at = clock_timestamp(), updated_at = now()
     where kind = ? and object_id = ? and state = 'started' and deleted_at is null`,
    [state, kind, objectId]
  )
}

import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { ulid } from "ulid"

export type EffectId = Readonly<{ laneId: string; kind: string; objectId: string }>

/**
 * Writes that an effect is about to be made.
 * @returns whether it was started before and never finished: a crash may have left it half done.
 */
export async function startEffect(
  db: Knex,
  effect: EffectId,
  detail: Record<string, unknown>
): Promise<{ interrupted: boolean }> {
  const { rows } = await db.raw(
    `with before as (
       select state from ipn_effect where lane_id = ? and kind = ? and object_id = ? and deleted_at is null
     ), started as (
       insert into ipn_effect (id, lane_id, kind, object_id, state, detail, started_at)
       values (?, ?, ?, ?, 'started', ?::jsonb, clock_timestamp())
       on conflict (lane_id, kind, object_id) where deleted_at is null do update set
         state = 'started', detail = excluded.detail, updated_at = now()
       returning id
     )
     select exists (select 1 from before where state = 'started') as interrupted from started`,
    [
      effect.laneId,
      effect.kind,
      effect.objectId,
      `ipneff_${ulid()}`,
      effect.laneId,
      effect.kind,
      effect.objectId,
      JSON.stringify(detail),
    ]
  )
  return { interrupted: Boolean((rows as { interrupted: boolean }[])[0]?.interrupted) }
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

/** Writes that what a crash left of an effect was undone: it is no longer half done. */
export async function markUndone(db: Knex, kind: string, objectId: string): Promise<void> {
  await db.raw(
    `update ipn_effect set state = 'undone', updated_at = now()
     where kind = ? and object_id = ? and state = 'started' and deleted_at is null`,
    [kind, objectId]
  )
}

import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { readLaneRows, type ListedLane } from "./list-lanes"

/** One change made to the store. */
export type ListedEffect = Readonly<{
  id: string
  lane_id: string
  kind: string
  object_id: string
  state: "started" | "done" | "undone"
  detail: Readonly<Record<string, unknown>> | null
  started_at: Date
  done_at: Date | null
}>

export type ListedDecision = Readonly<{
  id: string
  lane_id: string
  kind: string
  reason: string
  detail: Readonly<Record<string, unknown>> | null
  actor_id: string
  note: string
  created_at: Date
}>

export type LaneWithWork = ListedLane &
  Readonly<{ effects: readonly ListedEffect[]; decisions: readonly ListedDecision[] }>

/** Payments with what was done and decided about each, in order. */
export async function lanesWithWork(db: Knex, ids: readonly string[]): Promise<LaneWithWork[]> {
  if (ids.length === 0) return []
  const [lanes, effects, decisions] = await Promise.all([
    readLaneRows(db, ids),
    db.raw(
      `select id, lane_id, kind, object_id, state, detail, started_at, done_at from ipn_effect
       where lane_id = any(?::text[]) and deleted_at is null order by started_at, id limit 1000`,
      [[...ids]]
    ) as Promise<{ rows: ListedEffect[] }>,
    db.raw(
      `select id, lane_id, kind, reason, detail, actor_id, note, created_at from ipn_decision
       where lane_id = any(?::text[]) and deleted_at is null order by created_at, id limit 500`,
      [[...ids]]
    ) as Promise<{ rows: ListedDecision[] }>,
  ])
  return lanes.map((lane) => ({
    ...lane,
    effects: effects.rows.filter(({ lane_id }) => lane_id === lane.id),
    decisions: decisions.rows.filter(({ lane_id }) => lane_id === lane.id),
  }))
}

import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { ulid } from "ulid"
import { fingerprint } from "../../../domain/fingerprint"
import type { Facts } from "../../../domain/fold"
import type { Ruling } from "../../../domain/plan"

export type DecisionKind = "accept_part" | "accept_full" | "refund" | "attach" | "ignore"

export type Decision = Readonly<{
  id: string
  lane_id: string
  kind: DecisionKind
  reason: string
  detail: Record<string, unknown> | null
  actor_id: string
  note: string
  created_at: Date
}>

/** What people decided about payments in review. A decision holds for the facts that the person saw, and no others. */
export class Decisions {
  constructor(private readonly db: Knex) {}

  /** What was decided last about exactly these facts, as far as a plan depends on it. */
  async ruling(laneId: string, facts: Facts): Promise<Ruling | undefined> {
    const { rows } = await this.db.raw(
      `select kind from ipn_decision
       where lane_id = ? and fingerprint = ? and kind in ('accept_part', 'accept_full', 'ignore')
         and deleted_at is null
       order by created_at desc, id desc limit 1`,
      [laneId, fingerprint(facts)]
    )
    return (rows as { kind: Ruling }[])[0]?.kind
  }

  async isIgnored(laneId: string, facts: Facts): Promise<boolean> {
    return (await this.ruling(laneId, facts)) === "ignore"
  }

  /** Writes a decision and lets the lane be settled again, in one commit. */
  async record(decision: {
    laneId: string
    kind: DecisionKind
    reason: string
    facts: Facts
    detail?: Record<string, unknown>
    actorId: string
    note: string
  }): Promise<string> {
    const id = `ipndec_${ulid()}`
    await this.db.raw(
      `with decided as (
         insert into ipn_decision (id, lane_id, kind, reason, fingerprint, detail, actor_id, note)
         values (?, ?, ?, ?, ?, ?::jsonb, ?, ?) returning lane_id
       )
       update ipn_lane set due_at = now(), attempts = 0, version = version + 1, updated_at = now()
       from decided where ipn_lane.id = decided.lane_id`,
      [
        id,
        decision.laneId,
        decision.kind,
        decision.reason,
        fingerprint(decision.facts),
        decision.detail ? JSON.stringify(decision.detail) : null,
        decision.actorId,
        decision.note,
      ]
    )
    return id
  }

  async ofLane(laneId: string): Promise<Decision[]> {
    const { rows } = await this.db.raw(
      `select id, lane_id, kind, reason, detail, actor_id, note, created_at from ipn_decision
       where lane_id = ? and deleted_at is null order by created_at, id`,
      [laneId]
    )
    return rows as Decision[]
  }
}

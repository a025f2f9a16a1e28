import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { ulid } from "ulid"
import { fingerprint } from "../../../domain/fingerprint"
import type { Facts } from "../../../domain/fold"
import type { Money } from "../../../domain/money"
import type { Ruling } from "../../../domain/plan"
import type { DecisionKind } from "../../../domain/possible-decisions"

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

  /** A lane as a person who decides needs it; undefined when there is none. */
  async lane(laneId: string): Promise<DecidedLane | undefined> {
    const { rows } = await this.db.raw(
      `select id, account_id, key, state, reason, detail, version, order_id, cart_id,
         (coalesce(due_at <= now(), false) or coalesce(lease_until > now(), false)) as is_busy
       from ipn_lane where id = ? and deleted_at is null`,
      [laneId]
    )
    return (rows as DecidedLane[])[0]
  }

  /**
   * Writes a decision and lets the lane be settled again, in one commit. Returns the decision's id; undefined when the
   * lane changed since `version` was read: then nothing is written.
   */
  async record(decision: NewDecision): Promise<string | undefined> {
    const id = decision.id ?? `ipndec_${ulid()}`
    const rows = [decision, ...(decision.also ? [{ ...decision.also, reason: decision.reason }] : [])]
    const { rows: written } = await this.db.raw(
      `with lane as (
         update ipn_lane set due_at = now(), attempts = 0, version = version + 1, updated_at = now()
         where id = ? and version = ? and deleted_at is null returning id
       )
       insert into ipn_decision (id, lane_id, kind, reason, fingerprint, detail, actor_id, note)
       select made.id, made.lane_id, made.kind, made.reason, ?, made.detail, ?, ?
       from lane cross join json_to_recordset(?::json) as made(id text, lane_id text, kind text, reason text, detail jsonb)
       returning id`,
      [
        decision.laneId,
        decision.version,
        fingerprint(decision.facts),
        decision.actorId,
        decision.note,
        JSON.stringify(
          rows.map(({ laneId, kind, reason, detail }, index) => ({
            id: index === 0 ? id : `ipndec_${ulid()}`,
            lane_id: laneId,
            kind,
            reason,
            detail: detail ?? null,
          }))
        ),
      ]
    )
    return (written as unknown[]).length > 0 ? id : undefined
  }

  /** The decisions of a lane that are still to be carried out, the oldest first: one to give money back, or where it belongs. */
  async toCarryOut(laneId: string): Promise<Instruction[]> {
    const { rows } = await this.db.raw(
      `select id, kind, detail from ipn_decision
       where lane_id = ? and kind in ('refund', 'attach') and detail->>'error' is null
         and (kind = 'attach' or detail->>'done_at' is null) and deleted_at is null
       order by created_at, id`,
      [laneId]
    )
    return rows as Instruction[]
  }

  /** Writes how a decision was carried out, or why it could not be: then it is never tried again. */
  async end(id: string, how: { error?: string } = {}): Promise<void> {
    const end = how.error === undefined ? { done_at: new Date().toISOString() } : { error: how.error }
    await this.db.raw(
      `update ipn_decision set detail = coalesce(detail, '{}') || ?::jsonb, updated_at = now() where id = ?`,
      [JSON.stringify(end), id]
    )
  }

  /** Whether another payment is on its way to this order by a decision, so that what the order waits for is about to change. */
  async isBeingAttachedTo(orderId: string): Promise<boolean> {
    const { rows } = await this.db.raw(
      `select 1 from ipn_decision decision
       left join ipn_lane lane on lane.id = decision.detail->>'lane_id' and lane.deleted_at is null
       where decision.kind = 'attach' and decision.detail->>'order_id' = ? and decision.detail->>'error' is null
         and decision.deleted_at is null and (lane.id is null or lane.state = 'waiting')
       limit 1`,
      [orderId]
    )
    return (rows as unknown[]).length > 0
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

export type DecidedLane = Readonly<{
  id: string
  account_id: string
  key: string
  state: string
  reason: string | null
  detail: Record<string, unknown> | null
  version: number
  order_id: string | null
  cart_id: string | null
  /** Whether it is about to be settled, or being settled. */
  is_busy: boolean
}>

export type NewDecision = Readonly<{
  /** Default: a new one. */
  id?: string
  laneId: string
  /** The lane's version that the person saw. */
  version: number
  kind: DecisionKind
  reason: string
  facts: Facts
  detail?: Record<string, unknown>
  /** How the difference is meant once the payment is in the lane that it is attached to. */
  also?: Readonly<{ laneId: string; kind: Ruling; detail?: Record<string, unknown> }>
  actorId: string
  note: string
}>

/** What a decision wants done besides settling. */
export type Instruction =
  | Readonly<{ id: string; kind: "refund"; detail: RefundDetail }>
  | Readonly<{ id: string; kind: "attach"; detail: AttachDetail }>

export type RefundDetail = Readonly<{
  /** Whether captured money is given back or an authorisation released. */
  by: "refund" | "cancel"
  money: Money
  /** What had gone back, or was on its way back, when it was decided. */
  returned: Money
}>

export type AttachDetail = Readonly<{
  cart_id?: string
  order_id?: string
  /** The payment session to be made, and the lane and payment collection that it gets. */
  reference: string
  lane_id: string
  collection_id: string
  /** What the cart or order costs. */
  money: Money
}>

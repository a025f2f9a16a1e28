import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { ulid } from "ulid"

export type EffectId = Readonly<{ laneId: string; kind: string; objectId: string }>

/** What was done before about a payment and its order, as far as later plans depend on it. */
export type Done = Readonly<{
  /** The captures and refunds that we began to take back: done where the payment no longer has them. */
  undoneCaptures: ReadonlySet<string>
  undoneRefunds: ReadonlySet<string>
  /** Whether the order is cancelled because we cancelled it. */
  canceledOrder: boolean
  /** The refunds that we wrote on their order to the end. */
  bookedRefunds: ReadonlySet<string>
  /** The gateway's ids of refunds that the store asked for, by the id of Medusa's refund. */
  refundResources: ReadonlyMap<string, string>
}>

/** What we change in the store, with evidence before and after: a crash in between is seen by who comes next. */
export class Effects {
  constructor(private readonly db: Knex) {}

  /** Runs an effect between its two pieces of evidence. The work says what it made. */
  async during<T extends Record<string, unknown>>(
    effect: EffectId,
    detail: Record<string, unknown>,
    work: () => Promise<T>
  ): Promise<T> {
    await this.start(effect, detail)
    const made = await work()
    await this.finish(effect, made)
    return made
  }

  /** Whether a crash cut an effect of a lane: it was started and not finished. */
  async wasInterrupted({ laneId, kind, objectId }: EffectId): Promise<boolean> {
    const { rows } = await this.db.raw(
      `select 1 from ipn_effect
       where lane_id = ? and kind = ? and object_id = ? and state = 'started' and deleted_at is null`,
      [laneId, kind, objectId]
    )
    return (rows as unknown[]).length > 0
  }

  /** Writes that a storefront begins to complete a cart. */
  async startCompletion(cartId: string): Promise<void> {
    await this.start({ laneId: `cart:${cartId}`, kind: "complete_cart", objectId: cartId }, {})
  }

  /** Since when a cart is being completed, by whatever lane or storefront; undefined when no completion is open. */
  async completionStartedAt(cartId: string): Promise<Date | undefined> {
    const { rows } = await this.db.raw(
      `select max(started_at) as started_at from ipn_effect
       where object_id = ? and kind = 'complete_cart' and state = 'started' and deleted_at is null`,
      [cartId]
    )
    return (rows as { started_at: Date | null }[])[0]?.started_at ?? undefined
  }

  /** The carts whose completion began longer ago and did not end, the oldest first. */
  async listInterruptedCompletions(olderThanMs: number, limit: number): Promise<string[]> {
    const { rows } = await this.db.raw(
      `select object_id from ipn_effect
       where kind = 'complete_cart' and state = 'started' and deleted_at is null
       group by object_id
       having max(started_at) < now() - ? * interval '1 millisecond'
       order by max(started_at) limit ?`,
      [olderThanMs, limit]
    )
    return (rows as { object_id: string }[]).map(({ object_id }) => object_id)
  }

  /** Writes what became of a completion that a crash cut: finished after all, or undone. */
  async endInterruptedCompletion(cartId: string, state: "done" | "undone"): Promise<void> {
    await this.db.raw(
      `update ipn_effect set state = ?, done_at = clock_timestamp(), updated_at = now()
       where kind = 'complete_cart' and object_id = ? and state = 'started' and deleted_at is null`,
      [state, cartId]
    )
  }

  /** What earlier effects did that later plans depend on. */
  async readDone(of: {
    laneId: string
    orderId: string | undefined
    refundIds: readonly string[]
  }): Promise<Done> {
    const { rows } = await this.db.raw(
      `select kind, object_id, detail->>'resource' as resource, detail->>'refund_id' as refund_id from ipn_effect
       where deleted_at is null and (
         (lane_id = ? and kind in ('undo_capture', 'undo_refund') and state in ('started', 'done'))
         or (lane_id = ? and kind in ('record_refund', 'record_refund_transaction') and state = 'done')
         or (object_id = ? and kind = 'cancel_order' and state = 'done')
         or (object_id = any(?::text[]) and kind = 'ask_refund' and state = 'done'))`,
      [of.laneId, of.laneId, of.orderId ?? null, [...of.refundIds]]
    )
    return doneOf(rows as DoneRow[])
  }

  /** Writes that an order that we had cancelled stands again. */
  async takeBackCancellation(orderId: string): Promise<void> {
    await this.db.raw(
      `update ipn_effect set state = 'undone', updated_at = now()
       where object_id = ? and kind = 'cancel_order' and state = 'done' and deleted_at is null`,
      [orderId]
    )
  }

  private async start(effect: EffectId, detail: Record<string, unknown>): Promise<void> {
    await this.db.raw(
      `insert into ipn_effect (id, lane_id, kind, object_id, state, detail, started_at)
       values (?, ?, ?, ?, 'started', ?::jsonb, clock_timestamp())
       on conflict (lane_id, kind, object_id) where deleted_at is null do update set
         state = 'started', detail = excluded.detail, started_at = excluded.started_at, done_at = null, updated_at = now()`,
      [`ipneff_${ulid()}`, effect.laneId, effect.kind, effect.objectId, JSON.stringify(detail)]
    )
  }

  private async finish(effect: EffectId, made: Record<string, unknown>): Promise<void> {
    await this.db.raw(
      `update ipn_effect set state = 'done', done_at = clock_timestamp(), detail = detail || ?::jsonb, updated_at = now()
       where lane_id = ? and kind = ? and object_id = ?`,
      [JSON.stringify(made), effect.laneId, effect.kind, effect.objectId]
    )
  }
}

type DoneRow = { kind: string; object_id: string; resource: string | null; refund_id: string | null }

function doneOf(done: readonly DoneRow[]): Done {
  const objectsOf = (kind: string) =>
    new Set(done.flatMap((row) => (row.kind === kind ? [row.object_id] : [])))
  return {
    undoneCaptures: objectsOf("undo_capture"),
    undoneRefunds: objectsOf("undo_refund"),
    canceledOrder: objectsOf("cancel_order").size > 0,
    bookedRefunds: new Set(
      done.flatMap(({ kind, refund_id }) =>
        kind.startsWith("record_refund") && refund_id ? [refund_id] : []
      )
    ),
    refundResources: new Map(
      done.flatMap(({ kind, object_id, resource }) =>
        kind === "ask_refund" && resource ? [[object_id, resource] as const] : []
      )
    ),
  }
}

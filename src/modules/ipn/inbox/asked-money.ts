import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { ulid } from "ulid"
import { fromDecimal, roundToCurrency, type Money } from "../../../domain/money"

/** A capture or refund that the store asks of a gateway. `key` is the idempotency key: the id of Medusa's row. */
export type Ask = Readonly<{ kind: "capture" | "refund"; reference: string; money: Money; key: string }>

/** One that Medusa has not booked: its answer was lost on the way to us or to Medusa, or a crash came. */
export type UnansweredAsk = Ask &
  Readonly<{
    id: string
    askedAt: Date
    /** What was booked until then because the gateway told of it. */
    booked: Money
  }>

/** What became of an ask, as far as later ones depend on it. */
export type Ending = Readonly<{
  /** Under which id the gateway knows it, so that its echo is recognised. */
  resource?: string | undefined
  /** Medusa's row that it became, where it is asked for with another one by now. */
  as?: string
  /** Whether people were told that it was made, though Medusa has no row of it. */
  told?: true
}>

/**
 * What the store asks of gateways, written before the call and ended once its outcome is known: Medusa forgets its
 * capture or refund whenever something throws, and would ask anew under another key.
 */
export class AskedMoney {
  constructor(private readonly db: Knex) {}

  /** @returns the ask's id. */
  async begin(ask: Ask): Promise<string> {
    const { key } = ask
    const { amount, currency } = ask.money
    const booked = (await this.booked(ask)).amount
    const { rows } = await this.db.raw(
      `insert into ipn_effect (id, lane_id, kind, object_id, state, detail, started_at)
       values (?, ?, ?, ?, 'started', ?::jsonb, clock_timestamp())
       on conflict (lane_id, kind, object_id) where deleted_at is null do update set
         state = 'started', detail = excluded.detail, started_at = excluded.started_at, done_at = null, updated_at = now()
       returning id`,
      [
        `ipneff_${ulid()}`,
        laneOf(ask.reference),
        kindOf(ask.kind),
        key,
        JSON.stringify({ key, amount, currency_code: currency, booked }),
      ]
    )
    return (rows as { id: string }[])[0]!.id
  }

  /**
   * The one whose outcome is not known, and where there is none, one of the last `withinMs` of which Medusa has no row
   * though it was made. There is at most one of a kind and payment: the next begins once the one before has ended.
   */
  async findUnanswered(
    kind: Ask["kind"],
    reference: string,
    withinMs: number
  ): Promise<UnansweredAsk | undefined> {
    const { rows } = await this.db.raw(
      `select id, detail, started_at from ipn_effect ask
       where lane_id = ? and kind = ? and deleted_at is null and (
         state = 'started'
         or state = 'done' and started_at > now() - ? * interval '1 millisecond'
           and detail->>'key' is not null and detail->>'told' is null
           and not exists (select 1 from ${kind} made where made.id = ask.object_id and made.deleted_at is null)
           and not exists (
             select 1 from ipn_effect undo
             where undo.object_id = ask.object_id and undo.kind = ? and undo.deleted_at is null
           ))
       order by state = 'started' desc, started_at limit 1`,
      [laneOf(reference), kindOf(kind), withinMs, `undo_${kind}`]
    )
    const [row] = rows as AskRow[]
    if (!row) return undefined
    const { key, amount, currency_code: currency, booked } = row.detail
    return {
      id: row.id,
      kind,
      reference,
      key,
      money: fromDecimal(amount, currency),
      booked: fromDecimal(booked, currency),
      askedAt: row.started_at,
    }
  }

  async end(id: string, state: "done" | "undone", { as, ...detail }: Ending = {}): Promise<void> {
    await this.db.raw(
      `update ipn_effect set state = ?, object_id = coalesce(?, object_id), detail = detail || ?::jsonb,
         done_at = clock_timestamp(), updated_at = now()
       where id = ?`,
      [state, as ?? null, JSON.stringify(detail), id]
    )
  }

  /** How much of a payment was booked because the gateway told of it, and not because it was asked for in the admin. */
  async booked({ kind, reference, money }: Pick<Ask, "kind" | "reference" | "money">): Promise<Money> {
    const { rows } = await this.db.raw(
      `select coalesce(sum((made.raw_amount->>'value')::numeric), 0)::text as amount
       from ${kind} made join payment on payment.id = made.payment_id
       where payment.payment_session_id = ? and made.created_by like 'ipn:%' and made.deleted_at is null`,
      [reference]
    )
    return roundToCurrency((rows as { amount: string }[])[0]?.amount ?? "0", money.currency)
  }

  /** Whether Medusa still has the row that it was asked for with: a crash kept it from being forgotten. */
  async isKept({ kind, key }: Ask): Promise<boolean> {
    const { rows } = await this.db.raw(`select 1 from ${kind} where id = ? and deleted_at is null`, [key])
    return (rows as unknown[]).length > 0
  }
}

type AskRow = {
  id: string
  detail: { key: string; amount: string; currency_code: string; booked: string }
  started_at: Date
}

function laneOf(reference: string): string {
  return `session:${reference}`
}

function kindOf(kind: Ask["kind"]): string {
  return `ask_${kind}`
}

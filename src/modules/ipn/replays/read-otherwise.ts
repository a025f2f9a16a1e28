import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { sayTheSame } from "../../../domain/distinct-events"
import type { PaymentEvent } from "../../../domain/payment-event"
import { readStatement, writeStatement, type Statement } from "../inbox/statement"

/** A statement that was stored, and what today's parser reads in its place. What was stored stays. */
export type ReadOtherwise = Readonly<{ laneId: string; stored: PaymentEvent; read: PaymentEvent }>

/** Of what was read again: which statements are new, and which are known by their key but were read otherwise. */
export async function findReadOtherwise(
  db: Knex,
  accountId: string,
  events: readonly PaymentEvent[],
  receivedAt: Date
): Promise<Readonly<{ fresh: PaymentEvent[]; otherwise: ReadOtherwise[] }>> {
  const { rows } = await db.raw(
    `select key, lane_id, statement from ipn_payment_event
     where account_id = ? and key = any(?::text[]) and deleted_at is null`,
    [accountId, events.map(({ key }) => key)]
  )
  const known = new Map(
    (rows as { key: string; lane_id: string; statement: Statement }[]).map((row) => [row.key, row])
  )
  return {
    fresh: events.filter(({ key }) => !known.has(key)),
    otherwise: events.flatMap((event) => {
      const row = known.get(event.key)
      if (!row) return []
      const [stored, read] = [readStatement(row.statement), readStatement(writeStatement(event, receivedAt))]
      return sayTheSame(stored, read) ? [] : [{ laneId: row.lane_id, stored, read }]
    }),
  }
}

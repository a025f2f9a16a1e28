import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { PaymentEvent } from "../../../domain/payment-event"
import type { Message } from "../../../gateways/gateway"
import { readStatement, type Statement } from "./statement"

/** All payment events of a lane, in no particular order. */
export async function readLaneEvents(db: Knex, laneId: string): Promise<PaymentEvent[]> {
  const { rows } = await db.raw(
    `select statement from ipn_payment_event where lane_id = ? and deleted_at is null`,
    [laneId]
  )
  return (rows as { statement: Statement }[]).map((row) => readStatement(row.statement))
}

/** All payment events told so far under one of our references, settled or not. */
export async function readEventsOfReference(
  db: Knex,
  accountId: string,
  reference: string
): Promise<PaymentEvent[]> {
  const { rows } = await db.raw(
    `select event.statement from ipn_payment_event event
     join ipn_lane lane on lane.id = event.lane_id and lane.deleted_at is null
     where lane.account_id = ? and lane.key = ? and event.deleted_at is null`,
    [accountId, `ref:${reference}`]
  )
  return (rows as { statement: Statement }[]).map((row) => readStatement(row.statement))
}

/**
 * Moves the events of a lane that was known only by the gateway's payment id into the lane of our reference, which is
 * due then.
 */
export async function moveEvents(
  db: Knex,
  from: { laneId: string; accountId: string },
  reference: string,
  newLaneId: string
): Promise<void> {
  await db.raw(
    `with target as (
       insert into ipn_lane as lane (id, account_id, key, due_at, first_due_at, version)
       values (?, ?, ?, now(), now(), 1)
       on conflict (account_id, key) where deleted_at is null do update set
         version = lane.version + 1, attempts = 0, due_at = now(), updated_at = now()
       returning id
     )
     update ipn_payment_event set lane_id = target.id, outcome = null, updated_at = now()
     from target where lane_id = ?`,
    [newLaneId, from.accountId, `ref:${reference}`, from.laneId]
  )
}

/** The stored message that a `msg:` lane is about. */
export async function readMessage(
  db: Knex,
  messageId: string,
  notifyUrl: string
): Promise<(Message & { proof: string }) | undefined> {
  const { rows } = await db.raw(`select * from ipn_message where id = ? and deleted_at is null`, [messageId])
  const row = (rows as MessageRow[])[0]
  return (
    row && {
      method: row.method,
      url: notifyUrl,
      query: row.query,
      headers: row.headers,
      body: Buffer.from(row.body, "base64"),
      ip: row.ip,
      receivedAt: row.received_at,
      proof: row.proof,
    }
  )
}

/** Writes that the gateway confirmed a message as its own. */
export async function markConfirmed(db: Knex, messageId: string): Promise<void> {
  await db.raw(`update ipn_message set proof = 'confirmed', updated_at = now() where id = ?`, [messageId])
}

/** Drops a message that the gateway says is not its own: anyone could have sent it. */
export async function dropDenied(db: Knex, messageId: string): Promise<void> {
  await db.raw(`delete from ipn_message where id = ? and proof = 'unproven'`, [messageId])
}

type MessageRow = {
  method: "GET" | "POST"
  query: string
  headers: Record<string, string>
  body: string
  ip: string
  proof: string
  received_at: Date
}

import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { laneKeyOf } from "../../../domain/lane-key"
import type { PaymentEvent } from "../../../domain/payment-event"
import type { Message } from "../../../gateways/gateway"
import type { BodyState, Payloads, StoredPayload } from "../privacy/payloads"
import { readStatement, type Statement } from "./statement"
import { withoutValues } from "./without-values"

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
 * Moves the events of a lane into the lane of our reference, which is due then. What that account was told too, as a
 * gateway does that calls two addresses of ours, is known there and stays.
 */
export async function moveEvents(
  db: Knex,
  fromLaneId: string,
  to: Readonly<{ accountId: string; reference: string; laneId: string }>
): Promise<void> {
  await db.raw(
    `with target as (
       insert into ipn_lane as lane (id, account_id, key, due_at, first_due_at, version)
       values (?, ?, ?, now(), now(), 1)
       on conflict (account_id, key) where deleted_at is null do update set
         version = lane.version + 1, attempts = 0, due_at = now(), updated_at = now()
       returning id, account_id
     )
     update ipn_payment_event event
     set lane_id = target.id, account_id = target.account_id, outcome = null, updated_at = now()
     from target where event.lane_id = ? and not exists (
       select 1 from ipn_payment_event known
       where known.account_id = target.account_id and known.key = event.key and known.id <> event.id
         and known.deleted_at is null)`,
    [to.laneId, to.accountId, `ref:${to.reference}`, fromLaneId]
  )
}

/** A stored message, and how much of it is there. */
export type StoredMessage = Message & { readonly proof: string; readonly bodyState: BodyState }

/**
 * A stored message as it came, as far as its `bodyState` says.
 * @throws Error when it is sealed with a key that is not configured any more.
 */
export async function readMessage(
  db: Knex,
  messageId: string,
  notifyUrl: string,
  payloads: Pick<Payloads, "open">
): Promise<StoredMessage | undefined> {
  const { rows } = await db.raw(`select * from ipn_message where id = ? and deleted_at is null`, [messageId])
  const row = (rows as MessageRow[])[0]
  return (
    row && {
      method: row.method,
      url: notifyUrl,
      ...payloads.open(messageId, row),
      ip: row.ip,
      receivedAt: row.received_at,
      proof: row.proof,
      bodyState: row.body_state,
    }
  )
}

/**
 * Writes that the gateway confirmed a message as its own. Its exact bytes are not needed any more: what must not be
 * stored is taken out.
 */
export async function markConfirmed(
  db: Knex,
  messageId: string,
  payloads: Pick<Payloads, "open" | "redact">,
  told?: readonly PaymentEvent[]
): Promise<void> {
  const { rows } = await db.raw(
    `select * from ipn_message where id = ? and proof = 'unproven' and deleted_at is null`,
    [messageId]
  )
  const row = (rows as MessageRow[])[0]
  if (!row) return
  const events = told ?? (await readMessageEvents(db, messageId))
  const { query, headers, body, body_state, seal_key_id } =
    row.body_state === "pruned"
      ? row
      : payloads.redact(messageId, row.account_id, payloads.open(messageId, row), () => events)
  await db
    .raw(
      `update ipn_message set proof = 'confirmed', query = ?, headers = ?::jsonb, body = ?, body_state = ?, seal_key_id = ?,
       about = ?::jsonb, updated_at = now()
     where id = ?`,
      [
        query,
        JSON.stringify(headers),
        body,
        body_state,
        seal_key_id,
        JSON.stringify([...new Set(events.map(laneKeyOf))]),
        messageId,
      ]
    )
    .catch((error: unknown) => {
      throw withoutValues(error)
    })
}

async function readMessageEvents(db: Knex, messageId: string): Promise<PaymentEvent[]> {
  const { rows } = await db.raw(
    `select statement from ipn_payment_event where message_id = ? and deleted_at is null`,
    [messageId]
  )
  return (rows as { statement: Statement }[]).map((row) => readStatement(row.statement))
}

/** Drops a message that the gateway says is not its own, with its lane: anyone could have sent it, any number of times. */
export async function dropDenied(db: Knex, messageId: string): Promise<void> {
  await db.raw(
    `with dropped as (
       delete from ipn_message where id = ? and proof = 'unproven' returning id, account_id
     )
     delete from ipn_lane lane using dropped
     where lane.account_id = dropped.account_id and lane.key = 'msg:' || dropped.id`,
    [messageId]
  )
}

type MessageRow = StoredPayload & {
  account_id: string
  method: "GET" | "POST"
  ip: string
  proof: string
  received_at: Date
}

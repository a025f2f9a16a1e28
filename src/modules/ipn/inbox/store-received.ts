import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { monotonicFactory } from "ulid"
import { laneKeyOf, laneKeyOfMessage } from "../../../domain/lane-key"
import type { PaymentEvent } from "../../../domain/payment-event"
import type { Received } from "../../../receiver/received"
import { writeStatement } from "./statement"

/** Asks for randomness once per millisecond, not once per letter: ids were half of the cost of storing. */
const ulid = monotonicFactory()

/** A believed event on its way into a lane: from a message, or from asking the gateway. */
export type ToldEvent = Readonly<{
  accountId: string
  messageId?: string
  event: PaymentEvent
  receivedAt: Date
}>

/**
 * Stores messages with their events and lanes in one statement, so in one commit. An event already known stays as it
 * was and wakes nobody; a lane that got a new event is due at once.
 */
export async function storeReceived(db: Knex, batch: readonly Received[]): Promise<void> {
  const messages = batch.map(({ id, accountId, gatewayId, message, verdict, unreadable }) => {
    const { kind, ...detail } = verdict
    return {
      id,
      account_id: accountId,
      gateway_id: gatewayId,
      method: message.method,
      query: message.query,
      headers: message.headers,
      body: Buffer.from(message.body).toString("base64"),
      ip: message.ip,
      proof: kind,
      proof_detail: detail,
      unreadable: unreadable ?? null,
      received_at: message.receivedAt.toISOString(),
    }
  })
  const told = batch.flatMap(({ id, accountId, message, events }) =>
    events.map((event) => ({ accountId, messageId: id, event, receivedAt: message.receivedAt }))
  )
  const toConfirm = batch
    .filter(({ verdict }) => verdict.kind === "unproven")
    .map(({ id, accountId }) => ({
      id: `ipnlane_${ulid()}`,
      account_id: accountId,
      lane_key: laneKeyOfMessage(id),
    }))
  await db.raw(
    `with incoming as (
       insert into ipn_message (id, account_id, gateway_id, method, query, headers, body, ip, proof, proof_detail, unreadable, received_at)
       select id, account_id, gateway_id, method, query, headers, body, ip, proof, proof_detail, unreadable, received_at
       from json_to_recordset(?::json) as m(id text, account_id text, gateway_id text, method text, query text,
         headers jsonb, body text, ip text, proof text, proof_detail jsonb, unreadable text, received_at timestamptz)
     ), confirming as (
       insert into ipn_lane (id, account_id, key, due_at, first_due_at)
       select id, account_id, lane_key, now(), now()
       from json_to_recordset(?::json) as l(id text, account_id text, lane_key text)
     ), ${eventsIntoLanes}
     select 1`,
    [JSON.stringify(messages), JSON.stringify(toConfirm), eventRows(told)]
  )
}

/** Stores events that the gateway confirmed or answered, and wakes their lanes; says how many were new. */
export async function storeEvents(db: Knex, told: readonly ToldEvent[]): Promise<number> {
  if (told.length === 0) return 0
  const { rows } = await db.raw(`with ${eventsIntoLanes} select count(*)::int as stored from stored`, [
    eventRows(told),
  ])
  return (rows as { stored: number }[])[0]?.stored ?? 0
}

/** Rows are ordered by what they conflict on, so that two batches at once wait for each other instead of dying together. */
const eventsIntoLanes = `events as (
       select distinct on (e.account_id, e.key) e.*
       from json_to_recordset(?::json) as e(id text, lane_id text, account_id text, key text, lane_key text,
         message_id text, type text, statement jsonb, occurred_at timestamptz, received_at timestamptz)
       left join lateral (
         -- The limit keeps this a look-up by index per event: as a plain "not exists" a table that grew faster than its
         -- statistics is read from end to end for every batch.
         select true as is_known from ipn_payment_event known
         where known.account_id = e.account_id and known.key = e.key and known.deleted_at is null
         limit 1
       ) known on true
       where known.is_known is not true
       order by e.account_id, e.key, e.id
     ), lanes as (
       insert into ipn_lane as lane (id, account_id, key, due_at, first_due_at, version)
       select distinct on (account_id, lane_key) lane_id, account_id, lane_key, now(), now(), 1
       from events order by account_id, lane_key
       on conflict (account_id, key) where deleted_at is null do update set
         version = lane.version + 1,
         attempts = 0,
         due_at = now(),
         first_due_at = case when lane.due_at is null then now() else lane.first_due_at end,
         updated_at = now()
       returning id, account_id, key
     ), stored as (
       insert into ipn_payment_event (id, account_id, key, lane_id, message_id, type, statement, occurred_at, received_at)
       select events.id, events.account_id, events.key, lanes.id, message_id, type, statement, occurred_at, received_at
       from events join lanes on lanes.account_id = events.account_id and lanes.key = events.lane_key
       order by events.account_id, events.key
       on conflict (account_id, key) where deleted_at is null do nothing
       returning id
     )`

function eventRows(told: readonly ToldEvent[]): string {
  return JSON.stringify(
    told.map(({ accountId, messageId, event, receivedAt }) => ({
      id: `ipnev_${ulid()}`,
      lane_id: `ipnlane_${ulid()}`,
      account_id: accountId,
      key: event.key,
      lane_key: laneKeyOf(event),
      message_id: messageId ?? null,
      type: event.type,
      statement: writeStatement(event, receivedAt),
      occurred_at: (event.occurredAt ?? receivedAt).toISOString(),
      received_at: receivedAt.toISOString(),
    }))
  )
}

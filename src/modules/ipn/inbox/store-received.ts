import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { laneKeyOf } from "../../../domain/lane-key"
import type { PaymentEvent } from "../../../domain/payment-event"
import type { Received } from "../../../receiver/received"
import { isAboutData } from "../../../receiver/is-about-data"
import { createUlids } from "../../../receiver/ulids"
import type { Payloads } from "../privacy/payloads"
import { redactText } from "../privacy/redact-text"
import { writeStatement } from "./statement"

const ulid = createUlids()

/** A believed event on its way into a lane: from a message, or from asking the gateway. */
export type ToldEvent = Readonly<{
  accountId: string
  messageId?: string
  event: PaymentEvent
  receivedAt: Date
}>

/**
 * Stores messages in one statement, so in one commit, each with what it told: that is what stands between a gateway's
 * call and its acknowledgement, so it writes one row of one table. {@link sortMessages} does the rest.
 */
export async function storeReceived(
  db: Knex,
  batch: readonly Received[],
  payloads: Pick<Payloads, "protect">
): Promise<void> {
  const rows = batch.map((received) => {
    const { id, accountId, gatewayId, message, verdict, events, unreadable } = received
    const { kind, ...detail } = verdict
    return {
      id,
      account_id: accountId,
      gateway_id: gatewayId,
      method: message.method,
      ...payloads.protect(received),
      ip: message.ip,
      proof: kind,
      proof_detail: detail,
      unreadable: unreadable === undefined ? null : redactText(unreadable),
      received_at: message.receivedAt.toISOString(),
      told: events.map((event) =>
        eventRow({ accountId, messageId: id, event, receivedAt: message.receivedAt })
      ),
    }
  })
  await db.raw(
    `insert into ipn_message (id, account_id, gateway_id, method, query, headers, body, body_state, seal_key_id, ip, proof, proof_detail, unreadable, received_at, told)
     select id, account_id, gateway_id, method, query, headers, body, body_state, seal_key_id, ip, proof, proof_detail, unreadable, received_at, told
     from json_to_recordset(?::json) as m(id text, account_id text, gateway_id text, method text, query text,
       headers jsonb, body text, body_state text, seal_key_id text, ip text, proof text, proof_detail jsonb, unreadable text, received_at timestamptz, told jsonb)`,
    [JSON.stringify(rows)]
  )
}

/** How many messages are sorted in one statement. */
const sortedAtOnce = 200

/**
 * Puts what stored messages told into lanes, in one commit per 200 messages: an event already known stays as it was and
 * wakes nobody; a lane that got a new event is due at once; an unproven message gets a lane of its own, in which it
 * waits to be confirmed. Any process may do it; a crash leaves the messages to the next.
 */
export async function sortMessages(db: Knex): Promise<void> {
  let limit = sortedAtOnce
  for (;;) {
    try {
      if ((await sortOldest(db, limit)) < limit) return
    } catch (error) {
      if (!isAboutData(error)) throw error
      // One of them told what no column takes: they go one by one, and that one waits for review.
      if (limit === 1) await setAsideOldest(db)
      limit = 1
    }
  }
}

async function sortOldest(db: Knex, limit: number): Promise<number> {
  const { rows } = await db.raw(
    `with fresh as (
       select id, account_id, proof, told from ipn_message
       where told is not null and deleted_at is null
       order by id limit ? for update skip locked
     ), taken as (
       update ipn_message set told = null, about = (
         select jsonb_agg(distinct event->>'lane_key') from jsonb_array_elements(fresh.told) event
       )
       from fresh where ipn_message.id = fresh.id
     ), confirming as (
       insert into ipn_lane (id, account_id, key, due_at, first_due_at)
       select replace(id, 'ipnmsg_', 'ipnlane_'), account_id, 'msg:' || id, now(), now()
       from fresh where proof = 'unproven'
     ), told as (
       select e.* from fresh cross join lateral jsonb_to_recordset(fresh.told) as ${eventColumns}
     ), ${eventsIntoLanes}
     select count(*)::int as sorted from fresh`,
    [limit]
  )
  return (rows as { sorted: number }[])[0]?.sorted ?? 0
}

async function setAsideOldest(db: Knex): Promise<void> {
  await db.raw(
    `update ipn_message set told = null, unreadable = 'cannot be sorted: a value that the database does not take'
     where id = (select id from ipn_message where told is not null and deleted_at is null order by id limit 1)`
  )
}

/** Stores events that the gateway confirmed or answered, and wakes their lanes; says how many were new. */
export async function storeEvents(db: Knex, told: readonly ToldEvent[]): Promise<number> {
  if (told.length === 0) return 0
  const { rows } = await db.raw(
    `with told as (
       select e.* from json_to_recordset(?::json) as ${eventColumns}
     ), ${eventsIntoLanes}
     select count(*)::int as stored from stored`,
    [JSON.stringify(told.map(eventRow))]
  )
  return (rows as { stored: number }[])[0]?.stored ?? 0
}

const eventColumns = `e(id text, lane_id text, account_id text, key text, lane_key text, message_id text, type text,
         statement jsonb, occurred_at timestamptz, received_at timestamptz)`

/** Rows are ordered by what they conflict on, so that two batches at once wait for each other instead of dying together. */
const eventsIntoLanes = `events as (
       select distinct on (e.account_id, e.key) e.*
       from told e
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

function eventRow({ accountId, messageId, event, receivedAt }: ToldEvent) {
  return {
    id: `ipnev_${ulid()}`,
    lane_id: `ipnlane_${ulid()}`,
    account_id: accountId,
    key: event.key,
    lane_key: laneKeyOf(event),
    message_id: messageId ?? null,
    type: event.type,
    statement: writeStatement(withoutCards(event), receivedAt),
    occurred_at: (event.occurredAt ?? receivedAt).toISOString(),
    received_at: receivedAt.toISOString(),
  }
}

/** The one free text in an event: what a gateway's person or a buyer wrote. */
function withoutCards(event: PaymentEvent): PaymentEvent {
  const text = event.reason?.text
  return text === undefined ? event : { ...event, reason: { ...event.reason, text: redactText(text) } }
}

import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { laneKeyOf } from "../../../domain/lane-key"
import type { PaymentEvent } from "../../../domain/payment-event"
import { createUlids } from "../../../receiver/ulids"
import { redactText } from "../privacy/redact-text"
import { writeStatement } from "./statement"
import { withoutValues } from "./without-values"

const ulid = createUlids()

/** A believed event on its way into a lane: from a message, or from asking the gateway. */
export type ToldEvent = Readonly<{
  accountId: string
  messageId?: string
  event: PaymentEvent
  receivedAt: Date
}>

/** Stores events that the gateway confirmed or answered, and wakes their lanes; says how many were new. */
export async function storeEvents(db: Knex, told: readonly ToldEvent[]): Promise<number> {
  if (told.length === 0) return 0
  const { rows } = await db
    .raw(
      `with told as (
       select ${eventColumns} from json_to_recordset(?::json) as ${eventFields}
     ), ${eventsIntoLanes}
     select count(*)::int as stored from stored`,
      [JSON.stringify(told.map(eventRow))]
    )
    .catch((error: unknown) => {
      throw withoutValues(error)
    })
  return (rows as { stored: number }[])[0]?.stored ?? 0
}

/** The fields of {@link eventRow}, for `json_to_recordset`, and the columns that they make. */
export const eventFields = `e(id text, lane_id text, account_id text, lane_key text, message_id text, statement jsonb)`
export const eventColumns = `e.*, e.statement->>'key' as key, e.statement->>'type' as type,
         (e.statement->>'occurredAt')::timestamptz as occurred_at, (e.statement->>'receivedAt')::timestamptz as received_at`

/**
 * Puts the rows of `told` into lanes, as parts of a `with`: an event already known stays as it was and wakes nobody; a
 * lane that got a new event is due at once. Rows are ordered by what they conflict on, so that two batches at once wait
 * for each other instead of dying together.
 */
export const eventsIntoLanes = `events as (
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

/** An event as it is stored, with the lane that it opens where there is none yet. */
export function eventRow({ accountId, messageId, event, receivedAt }: ToldEvent) {
  return {
    id: `ipnev_${ulid()}`,
    lane_id: `ipnlane_${ulid()}`,
    account_id: accountId,
    lane_key: laneKeyOf(event),
    message_id: messageId ?? null,
    statement: writeStatement(withoutCards(event), receivedAt),
  }
}

/** The one free text in an event: what a gateway's person or a buyer wrote. */
function withoutCards(event: PaymentEvent): PaymentEvent {
  const text = event.reason?.text
  return text === undefined ? event : { ...event, reason: { ...event.reason, text: redactText(text) } }
}

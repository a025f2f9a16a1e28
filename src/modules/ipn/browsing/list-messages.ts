import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { BodyState } from "../privacy/payloads"
import { findMessages, type MessageFilter } from "./message-filter"
import { stateOfMessage, type MessageState } from "./message-state"
import { lookedAt, type Page } from "./page"

/** A message as a row of a list: whole bodies are never part of it. */
export type ListedMessage = Readonly<{
  id: string
  account_id: string
  gateway_id: string
  method: string
  state: MessageState
  /** Why it is in this state, where there is more to say. */
  reason: string | null
  proof: "proven" | "unproven" | "confirmed"
  body_state: BodyState
  received_at: Date
  /** When it is handled next, and how often it was tried. */
  due_at: Date | null
  attempts: number
  error: string | null
  /** What it told first; nothing where another message had told it before. */
  event_types: readonly string[]
  /** Of its first event with an amount: decimal string in major units. */
  amount: string | null
  currency_code: string | null
  gateway_reference: string | null
  lane_id: string | null
  /** Our reference. */
  payment_session_id: string | null
  cart_id: string | null
  order_id: string | null
  order_display_id: number | null
  customer_id: string | null
  email: string | null
}>

export type MessagePage = Readonly<{
  messages: readonly ListedMessage[]
  /** How many there are among those that were looked at. */
  count: number
  /** Set when there were more to look at: where it stopped. A range of time reaches further. */
  searchedTo: Date | null
}>

/** One page of messages, by the time of receipt. */
export async function listMessages(
  db: Knex,
  filter: MessageFilter,
  accounts: readonly string[],
  { limit = 20, offset = 0, direction = "desc" }: Page = {}
): Promise<MessagePage> {
  const { candidates, rest } = findMessages(filter, accounts, direction)
  const way = direction === "asc" ? "asc" : "desc"
  const found =
    rest.sql === "true"
      ? "select id from looked_at"
      : `select message.id from looked_at join ipn_message message on message.id = looked_at.id
         where message.deleted_at is null and ${rest.sql}`
  const { rows } = await db.raw(
    `with candidate as materialized (${candidates.sql}),
      looked_at as materialized (select id from candidate order by id ${way} limit ${lookedAt}),
      found as materialized (${found})
     select (select count(*)::int from found) as count,
       array(select id from found order by id ${way} limit ? offset ?) as ids,
       (select received_at from ipn_message
        where (select count(*) from candidate) > ${lookedAt}
          and id = (select ${way === "asc" ? "max" : "min"}(id) from looked_at)) as "searchedTo"`,
    [...candidates.bindings, ...rest.bindings, limit, offset]
  )
  const [{ count, ids, searchedTo }] = rows as [{ count: number; ids: string[]; searchedTo: Date | null }]
  const messages = await readRows(db, ids, way)
  return { messages, count: Math.max(count, messages.length), searchedTo }
}

/** Messages of these ids as rows of a list. */
export async function readRows(
  db: Knex,
  ids: readonly string[],
  way: "asc" | "desc" = "desc"
): Promise<ListedMessage[]> {
  if (ids.length === 0) return []
  const { rows } = await db.raw(
    `${selectRows} where message.id = any(?::text[]) order by message.id ${way}`,
    [[...ids]]
  )
  return rows as ListedMessage[]
}

/** The lane that needs most attention speaks for a message that told of several payments. */
const selectRows = `
  select message.id, message.account_id, message.gateway_id, message.method, ${stateOfMessage} as state,
    coalesce(message.unreadable, told.outcome_reason,
      case when told.types is not null or message.about is null then lane.reason end) as reason,
    message.proof, message.body_state, message.received_at,
    lane.due_at, coalesce(lane.attempts, 0) as attempts, lane.error,
    coalesce(told.types, '{}') as event_types, told.amount, told.currency_code, told.gateway_reference,
    lane.id as lane_id, asked.reference as payment_session_id, coalesce(lane.cart_id, asked.cart_id) as cart_id,
    lane.order_id, placed.display_id as order_display_id,
    coalesce(placed.customer_id, cart.customer_id) as customer_id, coalesce(placed.email, cart.email) as email
  from ipn_message message
  left join lateral (
    select array_agg(distinct event.type) as types,
      (array_agg(event.lane_id order by event.outcome is null desc, lane.state = 'settled', event.id))[1] as lane_id,
      (array_agg(event.outcome_reason order by event.outcome is null desc, lane.state = 'settled', event.id))[1] as outcome_reason,
      (array_agg(event.statement->'money'->>'amount' order by event.id)
        filter (where event.statement->'money' is not null))[1] as amount,
      (array_agg(event.statement->'money'->>'currency' order by event.id)
        filter (where event.statement->'money' is not null))[1] as currency_code,
      (array_agg(event.statement->>'gatewayPayment' order by event.id)
        filter (where event.statement->>'gatewayPayment' is not null))[1] as gateway_reference
    from ipn_payment_event event join ipn_lane lane on lane.id = event.lane_id
    where event.message_id = message.id and event.deleted_at is null
  ) told on true
  left join lateral (
    select * from ipn_lane
    where deleted_at is null and (id = told.lane_id or (told.lane_id is null and account_id = message.account_id
      and key = any(array(select jsonb_array_elements_text(coalesce(message.about, '[]'))) || ('msg:' || message.id))))
    order by state = 'settled', id limit 1
  ) lane on true
  left join ipn_expected_payment asked
    on asked.account_id = lane.account_id and asked.reference = substr(lane.key, 5) and lane.key like 'ref:%' and asked.deleted_at is null
  left join "order" placed on placed.id = lane.order_id
  left join cart on cart.id = coalesce(lane.cart_id, asked.cart_id)`

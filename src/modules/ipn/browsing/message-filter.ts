import type { PaymentEventType } from "../../../domain/payment-event"
import { messageTabs, stateOfMessage, isOpenEvent, type MessageState } from "./message-state"
import { allOf, idsBetween, lookedAt, when, type Page, type Sql } from "./page"
import { messagesAbout, placesOf } from "./payment-places"

/** Which messages: all that are given must hold. */
export type MessageFilter = Readonly<{
  id?: readonly string[] | undefined
  state?: readonly MessageState[] | undefined
  accountId?: readonly string[] | undefined
  gatewayId?: readonly string[] | undefined
  type?: readonly PaymentEventType[] | undefined
  proof?: readonly ("proven" | "unproven" | "confirmed")[] | undefined
  /** An order's id. */
  orderId?: string | undefined
  /** A customer's id: messages about the latest 200 orders and carts. */
  customerId?: string | undefined
  /** A payment session, a cart, or the gateway's own id of a payment. */
  reference?: string | undefined
  /** Decimal string in major units; `10.5` finds `10.50`. */
  amount?: string | undefined
  /** Lower-case ISO 4217. */
  currency?: string | undefined
  /** Received then or later, and then or earlier. */
  from?: Date | undefined
  to?: Date | undefined
  /** Any of the ids above, a gateway's id of its message, an order's number as `#1001`, or an amount. */
  q?: string | undefined
}>

/** The candidates, found by index and at most one more than {@link lookedAt}, and what must hold of each besides. */
export type Found = Readonly<{ candidates: Sql; rest: Sql }>

/** How the messages of a filter are found. One thing is looked up by its index, the rest is asked of what that finds. */
export function findMessages(
  filter: MessageFilter,
  accounts: readonly string[],
  direction: Page["direction"] = "desc"
): Found {
  const way = direction === "asc" ? "asc" : "desc"
  const { first, last } = idsBetween("ipnmsg_", filter)
  const between: Sql["bindings"] = [first, last]
  const sets = setsOf(filter, accounts)
  const [driver, ...others] = sets
  const limit = ` order by id ${way} limit ${lookedAt + 1}`
  const inRange = (set: Sql): Sql => ({
    sql: `select distinct id from (${set.sql}) as told(id) where id between ? and ?${limit}`,
    bindings: [...set.bindings, ...between],
  })
  const rest = allOf([
    ...others.map(({ sql, bindings }) => ({ sql: `message.id in (${sql})`, bindings })),
    ...predicatesOf(filter),
  ])
  if (driver) return { candidates: inRange(driver), rest }
  const byEvent = eventScan(filter, between, way)
  if (byEvent) return { candidates: { ...byEvent, sql: byEvent.sql + limit }, rest }
  const scan = messageScan(filter, between, way)
  return {
    candidates: { ...scan, sql: scan.sql + limit },
    // The scan is of these accounts alone.
    rest: allOf(predicatesOf({ ...filter, accountId: undefined })),
  }
}

/** Sets of message ids that are small, or looked up as a whole. */
function setsOf(filter: MessageFilter, accounts: readonly string[]): Sql[] {
  return [
    when(filter.id, (ids) => ({ sql: `select unnest(?::text[])`, bindings: [[...ids]] })),
    when(filter.q, (text) => searched(text, accounts)),
    when(filter.orderId, (id) => messagesAbout(placesOf({ orderIds: [id] }, accounts))),
    when(filter.customerId, (customerId) => messagesAbout(placesOf({ customerId }, accounts))),
    when(filter.reference, (id) => messagesAbout(placesOf({ id }, accounts))),
    isWithin(filter.state, messageTabs.needs_you) ? needsYou : undefined,
    isWithin(filter.state, messageTabs.waiting) ? waiting : undefined,
  ].filter((set) => set !== undefined)
}

function isWithin(states: readonly MessageState[] | undefined, tab: readonly MessageState[]): boolean {
  return states !== undefined && states.every((state) => tab.includes(state))
}

function searched(text: string, accounts: readonly string[]): Sql {
  const number = /^#?(\d{1,9})$/.exec(text)?.[1]
  const order: Sql = {
    sql: `select id from "order" where deleted_at is null and (id = ? or display_id = ?::int)`,
    bindings: [text, number ?? null],
  }
  const about = messagesAbout(placesOf({ id: text }, accounts))
  const ofOrder = messagesAbout({
    sql: `select account_id, key from ipn_lane where order_id in (${order.sql}) and deleted_at is null`,
    bindings: order.bindings,
  })
  const event: Sql = {
    sql: `select message_id from ipn_payment_event
      where account_id = any(?::text[]) and key = ? and message_id is not null and deleted_at is null`,
    bindings: [[...accounts], text],
  }
  const amount = /^\d{1,15}\.\d{1,4}$/.test(text) ? [byAmount({ amount: text })] : []
  const sets: Sql[] = [{ sql: "select ?", bindings: [text] }, about, ofOrder, event, ...amount]
  return {
    sql: sets.map(({ sql }, index) => `select id from (${sql}) as set_${index}(id)`).join(" union "),
    bindings: sets.flatMap(({ bindings }) => bindings),
  }
}

const needsYou: Sql = {
  sql: `select event.message_id from ipn_lane lane
    join ipn_payment_event event on event.lane_id = lane.id and event.deleted_at is null
    where lane.state in ('review', 'unmatched', 'failed') and lane.state <> 'settled' and lane.deleted_at is null
      and event.message_id is not null and ${isOpenEvent}
    union all
    select substr(key, 5) from ipn_lane
    where state = 'failed' and state <> 'settled' and key like 'msg:%' and deleted_at is null
    union all
    select id from ipn_message where unreadable is not null and deleted_at is null`,
  bindings: [],
}

const waiting: Sql = {
  sql: `select event.message_id from ipn_lane lane
    join ipn_payment_event event on event.lane_id = lane.id and event.deleted_at is null
    where lane.due_at is not null and lane.deleted_at is null and event.message_id is not null and event.outcome is null
    union all
    select substr(key, 5) from ipn_lane where due_at is not null and key like 'msg:%' and deleted_at is null`,
  bindings: [],
}

/** The messages of some types of events, or about an amount, by the indexes of events. A currency alone is no help. */
function eventScan(filter: MessageFilter, between: Sql["bindings"], way: "asc" | "desc"): Sql | undefined {
  const latest = `order by message_id ${way} limit ${lookedAt + 1}`
  if (filter.amount !== undefined) {
    const { sql, bindings } = byAmount(filter, ` and message_id between ? and ? ${latest}`, between)
    return { sql: `select distinct id from (${sql}) as told(id)`, bindings }
  }
  if (filter.type === undefined) return undefined
  return {
    sql: `select distinct told.message_id as id from unnest(?::text[]) as wanted(type) cross join lateral (
        select message_id from ipn_payment_event event
        where event.type = wanted.type and event.deleted_at is null and message_id between ? and ? ${latest}
      ) told`,
    bindings: [[...filter.type], ...between],
  }
}

/** Of each currency that was ever told of, by one look at the index each. */
function byAmount(
  { amount, currency }: Pick<MessageFilter, "amount" | "currency">,
  more = "",
  bindings: Sql["bindings"] = []
): Sql {
  const told = `(statement->'money'->>'currency')`
  const currencies = `with recursive told_currency(code) as (
      (select ${told} from ipn_payment_event where deleted_at is null and ${told} is not null order by ${told} limit 1)
      union all
      select (select ${told} from ipn_payment_event where deleted_at is null and ${told} > told_currency.code
              order by ${told} limit 1) from told_currency where told_currency.code is not null
    )
    select code from told_currency where code is not null`
  const forms = amount === undefined ? undefined : formsOf(amount)
  return {
    sql: `select told.message_id from (${currency === undefined ? currencies : "select ?::text as code"}) wanted
      cross join unnest(?::text[]) as form(amount) cross join lateral (
        select message_id from ipn_payment_event
        where ${told} = wanted.code and (${forms ? "statement->'money'->>'amount' = form.amount" : "form.amount is null"})
          and message_id is not null and deleted_at is null${more}
      ) told`,
    bindings: [
      ...(currency === undefined ? [] : [currency]),
      forms ?? [null as unknown as string],
      ...bindings,
    ],
  }
}

/** An amount with every number of digits that a currency may have: events hold exactly their currency's. */
function formsOf(amount: string): string[] {
  const [whole = "0", fraction = ""] = amount.split(".")
  const digits = fraction.replace(/0+$/, "")
  const plain = whole.replace(/^0+(?=\d)/, "")
  return [0, 2, 3, 4]
    .filter((length) => length >= digits.length)
    .map((length) => (length === 0 ? plain : `${plain}.${digits.padEnd(length, "0")}`))
}

/** The latest messages of all accounts, or of each that is asked for. */
function messageScan(filter: MessageFilter, between: Sql["bindings"], way: "asc" | "desc"): Sql {
  if (filter.accountId === undefined) {
    return {
      sql: `select id from ipn_message where deleted_at is null and id between ? and ?`,
      bindings: between,
    }
  }
  return {
    sql: `select told.id from unnest(?::text[]) as wanted(id) cross join lateral (
        -- Compared as rows, so that the account's own index is read and not the newest messages of all.
        select id from ipn_message
        where (account_id, id) >= (wanted.id, ?) and (account_id, id) <= (wanted.id, ?) and deleted_at is null
        order by account_id ${way}, id ${way} limit ${lookedAt + 1}
      ) told`,
    bindings: [[...new Set(filter.accountId)], ...between],
  }
}

function predicatesOf(filter: MessageFilter): (Sql | undefined)[] {
  const oneOf = (column: string) => (values: readonly string[]) => ({
    sql: `${column} = any(?::text[])`,
    bindings: [[...values]],
  })
  const hasEvent = (sql: string, bindings: Sql["bindings"]): Sql => ({
    sql: `exists (select 1 from ipn_payment_event event
      where event.message_id = message.id and event.deleted_at is null and ${sql})`,
    bindings,
  })
  const { amount, currency } = filter
  const money = allOf([
    when(currency, (code) => ({ sql: "event.statement->'money'->>'currency' = ?", bindings: [code] })),
    when(amount, (text) => ({
      sql: "event.statement->'money'->>'amount' = any(?::text[])",
      bindings: [formsOf(text)],
    })),
  ])
  return [
    when(filter.accountId, oneOf("message.account_id")),
    when(filter.gatewayId, oneOf("message.gateway_id")),
    when(filter.proof, oneOf("message.proof")),
    when(filter.type, (types) => hasEvent("event.type = any(?::text[])", [[...types]])),
    amount === undefined && currency === undefined ? undefined : hasEvent(money.sql, money.bindings),
    when(filter.state, oneOf(stateOfMessage)),
  ]
}

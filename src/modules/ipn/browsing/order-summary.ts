import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { askNeedOf } from "../../../domain/asking"
import type { Facts } from "../../../domain/fold"
import { orderMoney, type MoneyWord } from "../../../domain/money-word"
import { fromDecimal, share, subtract, type Money } from "../../../domain/money"
import { lanesWithWork } from "./lane-work"
import { readEventRows } from "./list-events"
import type { ListedLane } from "./list-lanes"
import { readRows, type ListedMessage } from "./list-messages"
import { orderTimeline, type TimelineEntry } from "./order-timeline"
import { messagesAbout, placesOf } from "./payment-places"

/** What happens next, or who must do something. */
export type NextStep =
  | Readonly<{ kind: "decide"; lane_id: string; reason: string | null }>
  | Readonly<{ kind: "replay"; lane_id: string; error: string | null }>
  | Readonly<{ kind: "answer_dispute"; lane_id: string; at: Date | null }>
  | Readonly<{ kind: "handled" | "asked"; lane_id: string; at: Date }>

/** An order's money at a glance. Amounts are decimal strings in major units. */
export type OrderSummary = Readonly<{
  order_id: string
  display_id: number
  status: string
  /** Nothing where no payment was started through our accounts. */
  money: MoneyWord | null
  currency_code: string
  /** What was asked of the gateway. */
  expected_amount: string | null
  authorized_amount: string | null
  received_amount: string | null
  refunded_amount: string | null
  /** Each payment that was started for it, the oldest first. */
  payments: readonly (Pick<
    ListedLane,
    | "account_id"
    | "payment_session_id"
    | "expected_amount"
    | "currency_code"
    | "gateway_references"
    | "asked_at"
  > & { lane_id: string | null; state: string | null; reason: string | null; cart_id: string | null })[]
  last_message: ListedMessage | null
  next_step: NextStep | null
  open_issues: number
  timeline: readonly TimelineEntry[]
}>

/** The summary of an order; undefined when there is no such order. */
export async function orderSummary(
  db: Knex,
  orderId: string,
  { accounts, tolerancePercent }: Readonly<{ accounts: readonly string[]; tolerancePercent: number }>
): Promise<OrderSummary | undefined> {
  const order = await readOrder(db, orderId)
  if (!order) return undefined
  const started = await readStarted(db, orderId, accounts)
  const laneIds = started.flatMap(({ lane_id }) => lane_id ?? [])
  const [lanes, events, last, outbox] = await Promise.all([
    lanesWithWork(db, laneIds),
    readEventRows(db, { laneIds }),
    readLastMessage(db, orderId, accounts),
    readMails(db, orderId),
  ])
  const facts = started.flatMap((row) => (row.facts ? [completed(row.facts)] : []))
  const asked = started.filter(({ amount }) => amount !== null)
  const paidFor = asked.findLast((row) => row.facts && moved(row.facts)) ?? asked.at(-1)
  const expected = paidFor && fromDecimal(paidFor.amount!, paidFor.currency_code!)
  const writtenOff = lanes.some(({ effects }) =>
    effects.some(({ kind, state }) => kind === "write_off" && state === "done")
  )
  const money = expected && orderMoney(expected, enough(expected, facts, writtenOff, tolerancePercent), facts)
  return {
    order_id: order.id,
    display_id: order.display_id,
    status: order.status,
    money: money?.word ?? null,
    currency_code: expected?.currency ?? order.currency_code,
    expected_amount: expected?.amount ?? null,
    authorized_amount: money?.authorized.amount ?? null,
    received_amount: money?.received.amount ?? null,
    refunded_amount: money?.refunded.amount ?? null,
    payments: started.map(
      ({ facts: _, amount, started_at: __, ask_at: ___, due_at: ____, error: _____, ...row }) => ({
        ...row,
        expected_amount: amount,
      })
    ),
    last_message: last ?? null,
    next_step: nextStep(started),
    open_issues: order.open_issues,
    timeline: orderTimeline({ order, started, lanes, events, outbox }),
  }
}

export type Started = Readonly<{
  account_id: string
  payment_session_id: string | null
  amount: string | null
  currency_code: string | null
  cart_id: string | null
  gateway_references: readonly string[]
  asked_at: Date | null
  ask_at: Date | null
  started_at: Date | null
  lane_id: string | null
  state: string | null
  reason: string | null
  error: string | null
  due_at: Date | null
  facts: Partial<Facts> | null
}>

export type OrderRow = Readonly<{
  id: string
  display_id: number
  status: string
  currency_code: string
  created_at: Date
  canceled_at: Date | null
  open_issues: number
}>

export type Mail = Readonly<{ id: string; topic: string; state: string; error: string | null; sent_at: Date }>

async function readOrder(db: Knex, orderId: string): Promise<OrderRow | undefined> {
  const { rows } = await db.raw(
    `select id, display_id, status, currency_code, created_at, canceled_at,
       (select count(*)::int from ipn_issue issue where issue.order_id = placed.id
          and issue.status in ('open', 'acknowledged') and issue.deleted_at is null) as open_issues
     from "order" placed where id = ? and deleted_at is null`,
    [orderId]
  )
  return (rows as OrderRow[])[0]
}

async function readStarted(db: Knex, orderId: string, accounts: readonly string[]): Promise<Started[]> {
  const places = placesOf({ orderIds: [orderId] }, accounts)
  const { rows } = await db.raw(
    `select place.account_id, asked.reference as payment_session_id, asked.amount, asked.currency_code,
       coalesce(lane.cart_id, asked.cart_id) as cart_id, coalesce(asked.gateway_payment_ids, '[]') as gateway_references,
       asked.asked_at, asked.ask_at, asked.created_at as started_at,
       lane.id as lane_id, lane.state, lane.reason, lane.error, lane.due_at, lane.facts
     from (${places.sql}) as place(account_id, key)
     left join ipn_lane lane on lane.account_id = place.account_id and lane.key = place.key and lane.deleted_at is null
     left join ipn_expected_payment asked
       on asked.account_id = place.account_id and asked.reference = substr(place.key, 5) and place.key like 'ref:%' and asked.deleted_at is null
     where lane.reason is distinct from 'moved'
     order by coalesce(asked.created_at, lane.created_at), place.key limit 100`,
    [...places.bindings]
  )
  return rows as Started[]
}

async function readLastMessage(
  db: Knex,
  orderId: string,
  accounts: readonly string[]
): Promise<ListedMessage | undefined> {
  const about = messagesAbout(placesOf({ orderIds: [orderId] }, accounts))
  const { rows } = await db.raw(`select max(id) as id from (${about.sql}) as told(id)`, [...about.bindings])
  const id = (rows as { id: string | null }[])[0]?.id
  return id ? (await readRows(db, [id]))[0] : undefined
}

async function readMails(db: Knex, orderId: string): Promise<Mail[]> {
  const { rows } = await db.raw(
    `select id, topic, state, error, coalesce(sent_at, created_at) as sent_at from ipn_outbox
     where order_id = ? and channel = 'mail' and deleted_at is null order by created_at limit 200`,
    [orderId]
  )
  return rows as Mail[]
}

/** What an older version had not written is nothing. */
function completed(facts: Partial<Facts>) {
  const { pending = false, authorized = [], captured = [], refunded = [], disputes = [], ended } = facts
  return { pending, authorized, captured, refunded, disputes, ...(ended ? { ended } : {}) }
}

function moved({ authorized = [], captured = [] }: Partial<Facts>): boolean {
  return authorized.length + captured.length > 0
}

/** The rest that was written off is not missing any more. */
function enough(
  expected: Money,
  facts: readonly ReturnType<typeof completed>[],
  writtenOff: boolean,
  tolerancePercent: number
): Money {
  const captured = facts.flatMap((one) => one.captured).find(({ currency }) => currency === expected.currency)
  return writtenOff && captured ? captured : subtract(expected, share(expected, tolerancePercent))
}

/** What hurries most comes first. */
function nextStep(started: readonly Started[]): NextStep | null {
  for (const { lane_id, state, reason, error } of started) {
    if (lane_id && state === "review") return { kind: "decide", lane_id, reason }
    if (lane_id && state === "failed") return { kind: "replay", lane_id, error }
  }
  for (const { lane_id, facts } of started) {
    const open = facts?.disputes?.find((dispute) => dispute.state === "opened")
    if (lane_id && open) {
      return { kind: "answer_dispute", lane_id, at: open.dueAt === undefined ? null : new Date(open.dueAt) }
    }
  }
  for (const { lane_id, due_at } of started)
    if (lane_id && due_at) return { kind: "handled", lane_id, at: due_at }
  for (const row of started)
    if (row.lane_id && row.ask_at && isAsked(row))
      return { kind: "asked", lane_id: row.lane_id, at: row.ask_at }
  return null
}

/** A question that is planned is left out when it is due, if nothing is open any more by then. */
function isAsked({ amount, currency_code, facts, state }: Started): boolean {
  if (amount === null || currency_code === null) return false
  return (
    askNeedOf({
      money: fromDecimal(amount, currency_code),
      ...(facts
        ? {
            facts: { refunds: [], ...completed(facts), ...(facts.refunds ? { refunds: facts.refunds } : {}) },
          }
        : {}),
      settled: state === "settled",
    }) !== undefined
  )
}

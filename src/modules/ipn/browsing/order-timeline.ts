import type { LaneWithWork } from "./lane-work"
import type { ListedEvent } from "./list-events"
import type { Mail, OrderRow, Started } from "./order-summary"

/** One thing that happened to an order's money. Amounts are decimal strings in major units. */
export type TimelineEntry = Readonly<{
  at: Date
  kind: "started" | "told" | "done" | "decided" | "mailed" | "order_placed" | "order_canceled"
  /** Which payment event, effect, decision or mail: `payment.captured`, `complete_cart`, `accept_full`. */
  what: string | null
  state: string | null
  amount: string | null
  currency_code: string | null
  /** The gateway's id, or Medusa's id of what was made. */
  reference: string | null
  account_id: string | null
  lane_id: string | null
  message_id: string | null
  actor_id: string | null
  note: string | null
}>

const blank = {
  what: null,
  state: null,
  amount: null,
  currency_code: null,
  reference: null,
  account_id: null,
  lane_id: null,
  message_id: null,
  actor_id: null,
  note: null,
} as const

/** Everything that happened to an order's money, in order. */
export function orderTimeline(of: {
  order: OrderRow
  started: readonly Started[]
  lanes: readonly LaneWithWork[]
  events: readonly ListedEvent[]
  outbox: readonly Mail[]
}): TimelineEntry[] {
  const { order, started, lanes, events, outbox } = of
  const accountOf = new Map(lanes.map(({ id, account_id }) => [id, account_id]))
  const entries: TimelineEntry[] = [
    ...started.flatMap(({ started_at, account_id, lane_id, amount, currency_code, payment_session_id }) =>
      started_at
        ? [
            {
              ...blank,
              at: started_at,
              kind: "started" as const,
              account_id,
              lane_id,
              amount,
              currency_code,
              reference: payment_session_id,
            },
          ]
        : []
    ),
    ...events.map((event) => ({
      ...blank,
      at: event.received_at,
      kind: "told" as const,
      what: event.type,
      state: event.outcome,
      amount: event.amount ?? event.fee,
      currency_code: event.currency_code,
      reference: event.resource ?? event.gateway_reference,
      account_id: accountOf.get(event.lane_id) ?? null,
      lane_id: event.lane_id,
      message_id: event.message_id,
      note: event.reason_text ?? event.reason_code,
    })),
    ...lanes.flatMap(({ id, account_id, effects, decisions }) => [
      ...effects.map((effect) => ({
        ...blank,
        ...moneyIn(effect.detail),
        at: effect.done_at ?? effect.started_at,
        kind: "done" as const,
        what: effect.kind,
        state: effect.state,
        reference: effect.object_id,
        account_id,
        lane_id: id,
      })),
      ...decisions.map((decision) => ({
        ...blank,
        at: decision.created_at,
        kind: "decided" as const,
        what: decision.kind,
        account_id,
        lane_id: id,
        actor_id: decision.actor_id,
        note: decision.note,
      })),
    ]),
    ...outbox.map(({ sent_at, topic, state, error, id }) => ({
      ...blank,
      at: sent_at,
      kind: "mailed" as const,
      what: topic,
      state,
      reference: id,
      note: error,
    })),
    { ...blank, at: order.created_at, kind: "order_placed", reference: order.id },
    ...(order.canceled_at
      ? [{ ...blank, at: order.canceled_at, kind: "order_canceled" as const, reference: order.id }]
      : []),
  ]
  return entries.sort((a, b) => a.at.getTime() - b.at.getTime())
}

function moneyIn(detail: Readonly<Record<string, unknown>> | null): {
  amount: string | null
  currency_code: string | null
} {
  const money = detail?.money as Partial<Record<"amount" | "currency", unknown>> | undefined
  const { amount, currency } = money ?? {}
  return typeof amount === "string" && typeof currency === "string"
    ? { amount, currency_code: currency }
    : { amount: null, currency_code: null }
}

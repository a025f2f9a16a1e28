import type { Facts } from "./fold"
import { compare, isPositive, type Money } from "./money"

/** Every event that other plugins can subscribe to. */
export const busEvents = [
  "ipn.payment.pending",
  "ipn.payment.authorized",
  "ipn.payment.captured",
  "ipn.payment.paid",
  "ipn.payment.failed",
  "ipn.payment.canceled",
  "ipn.payment.expired",
  "ipn.refund.pending",
  "ipn.refund.succeeded",
  "ipn.refund.failed",
  "ipn.dispute.opened",
  "ipn.dispute.updated",
  "ipn.dispute.won",
  "ipn.dispute.lost",
  "ipn.payout.paid",
  "ipn.payout.failed",
  "ipn.order.placed",
  "ipn.hold.taken",
  "ipn.hold.extended",
  "ipn.hold.released",
  "ipn.issue.opened",
  "ipn.issue.resolved",
] as const

export type BusEvent = (typeof busEvents)[number]

/** One fact to be told: `fact` is the same however often and in whatever company it is found. */
export type ToldFact = Readonly<{
  topic: BusEvent
  fact: string
  payload: Readonly<Record<string, unknown>>
  /** Told only to those who were told this before, and where that said something else. */
  after?: Readonly<{ topic: BusEvent; fact: string; unlessSame: Readonly<Record<string, unknown>> }>
}>

export type ToldLane = Readonly<{
  laneId: string
  accountId: string
  /** Our reference: a Medusa payment session. Absent for what is about no single payment. */
  reference?: string | undefined
  facts?: Facts | undefined
  /** What was asked of the gateway. */
  expected?: Money | undefined
  /** The least that counts as all of it. Default: what was asked. */
  enough?: Money | undefined
  orderId?: string | undefined
  cartId?: string | undefined
  settlement: Readonly<{ state: string; reason?: string | undefined }>
}>

/**
 * Money that may not be ours at all, or that a person said to leave alone: nothing of it is told but the issue. What
 * moved to another lane is told there.
 */
const untold: readonly string[] = ["receiver_differs", "mode_differs", "currency_differs", "ignored", "moved"]

/**
 * What others are told of a lane. A payment is told once the store agrees with it, never while a person must decide;
 * refunds, disputes and payouts as soon as they are known to be ours. The same lane tells the same facts again and again:
 * whoever keeps them keeps each `topic` and `fact` once.
 */
export function toldFacts(lane: ToldLane): ToldFact[] {
  const { facts, settlement } = lane
  if (!facts || !["settled", "waiting", "review"].includes(settlement.state)) return []
  if (settlement.reason !== undefined && untold.includes(settlement.reason)) return []
  return [
    ...(settlement.state === "review" ? [] : paymentFacts(lane, facts)),
    ...refundFacts(lane, facts),
    ...disputeFacts(lane, facts),
    ...payoutFacts(lane, facts),
  ]
}

function paymentFacts(lane: ToldLane, facts: Facts): ToldFact[] {
  const [authorized, captured] = [facts.authorized[0], facts.captured[0]]
  const isSettled = lane.settlement.state === "settled"
  const told: ToldFact[] = []
  const tell = (topic: BusEvent, fact: string, money: Money | undefined, more = {}) =>
    told.push({ topic, fact, payload: { ...about(lane, facts), ...write(money), ...more } })

  if (lane.reference === undefined) return told
  if (lane.orderId && lane.cartId && isSettled) {
    tell("ipn.order.placed", lane.orderId, lane.expected)
  }
  if (facts.pending && !authorized && !captured && !facts.ended) {
    tell("ipn.payment.pending", lane.laneId, lane.expected)
  }
  // Gateways repeat it with everything that they tell later: by then it is no news.
  if (authorized && isPositive(authorized) && !covers(captured, authorized)) {
    tell("ipn.payment.authorized", lane.laneId, authorized)
  }
  if (captured && isPositive(captured)) {
    tell("ipn.payment.captured", `${lane.laneId}:${captured.amount} ${captured.currency}`, captured)
    if (covers(captured, lane.enough ?? lane.expected)) tell("ipn.payment.paid", lane.laneId, captured)
  }
  // A failure in its time of grace may still become a success.
  if (facts.ended && !authorized && !captured && isSettled) {
    tell(`ipn.payment.${facts.ended.as}`, lane.laneId, lane.expected)
  }
  return told
}

function covers(captured: Money | undefined, amount: Money | undefined): boolean {
  if (!captured || !amount || captured.currency !== amount.currency) return false
  return compare(captured, amount) >= 0
}

/** Success is told per total: gateways tell a refund once by its own id and once as the payment's total. */
function refundFacts(lane: ToldLane, facts: Facts): ToldFact[] {
  const open = facts.refunds.flatMap(({ resource, state, money }): ToldFact[] =>
    state === "succeeded"
      ? []
      : [
          {
            topic: `ipn.refund.${state}`,
            fact: `${lane.laneId}:${resource}`,
            payload: { ...about(lane, facts), ...write(money), gateway_refund_id: resource },
          },
        ]
  )
  const refunded = facts.refunded.filter(isPositive).map((total): ToldFact => {
    const resources = facts.refunds
      .filter(({ state }) => state === "succeeded")
      .map(({ resource }) => resource)
    return {
      topic: "ipn.refund.succeeded",
      fact: `${lane.laneId}:${total.amount} ${total.currency}`,
      payload: { ...about(lane, facts), ...write(total), gateway_refund_ids: resources },
    }
  })
  return [...open, ...refunded]
}

function disputeFacts(lane: ToldLane, facts: Facts): ToldFact[] {
  return facts.disputes.flatMap(({ resource, state, money, inquiry = false, dueAt }): ToldFact[] => {
    const fact = `${lane.laneId}:${resource}`
    const due = dueAt === undefined ? null : new Date(dueAt).toISOString()
    const said = { ...write(money), inquiry, due_at: due }
    const payload = { ...about(lane, facts), ...said, gateway_dispute_id: resource }
    if (state !== "opened") return [{ topic: `ipn.dispute.${state}`, fact, payload }]
    const asked = inquiry ? ":inquiry" : ""
    const now = `${money ? `${money.amount} ${money.currency}` : "-"}:${due ?? "-"}${asked}`
    return [
      { topic: "ipn.dispute.opened", fact, payload },
      {
        topic: "ipn.dispute.updated",
        fact: `${fact}:${now}`,
        payload,
        after: { topic: "ipn.dispute.opened", fact, unlessSame: said },
      },
    ]
  })
}

function payoutFacts(lane: ToldLane, facts: Facts): ToldFact[] {
  return facts.payouts.map(({ resource, state, money }) => ({
    topic: `ipn.payout.${state}`,
    fact: `${lane.accountId}:${resource}`,
    payload: {
      account_id: lane.accountId,
      lane_id: lane.laneId,
      test: facts.modes.includes("test"),
      ...write(money),
      gateway_payout_id: resource,
    },
  }))
}

function about(lane: ToldLane, facts: Facts): Record<string, unknown> {
  return {
    account_id: lane.accountId,
    lane_id: lane.laneId,
    payment_session_id: lane.reference ?? null,
    cart_id: lane.cartId ?? null,
    order_id: lane.orderId ?? null,
    test: facts.modes.includes("test"),
  }
}

function write(money: Money | undefined): { amount: string | null; currency_code: string | null } {
  return { amount: money?.amount ?? null, currency_code: money?.currency ?? null }
}

import { add, larger, zero, type Money } from "./money"
import type { PaymentEvent } from "./payment-event"

/** At most one amount per currency, ordered by currency. Two currencies in one lane are a contradiction that `plan` reports. */
export type Tally = readonly Money[]

export type RefundFact = Readonly<{
  resource: string
  state: "pending" | "succeeded" | "failed"
  money?: Money
}>
export type DisputeFact = Readonly<{
  resource: string
  state: "opened" | "won" | "lost"
  money?: Money
  at: number
}>
export type PayoutFact = Readonly<{ resource: string; state: "paid" | "failed"; money?: Money }>

/** What all payment events of a lane say together. The same for every order and every number of the same events. */
export type Facts = Readonly<{
  /** How many different events were told. */
  events: number
  modes: readonly ("live" | "test")[]
  otherReceivers: readonly string[]
  holds: readonly NonNullable<PaymentEvent["hold"]>[]
  /** The gateway knows of the payment but has not decided. */
  pending: boolean
  authorized: Tally
  captured: Tally
  refunded: Tally
  refunds: readonly RefundFact[]
  disputes: readonly DisputeFact[]
  payouts: readonly PayoutFact[]
  fees: Tally
  attemptsFailed: number
  /** How the payment ended without success, and when that was first told (ms since 1970). */
  ended?: Readonly<{ as: "failed" | "canceled" | "expired"; at: number; reason?: string }>
}>

/**
 * Folds the payment events of one lane, in any order and with any duplicates, into facts.
 * Laws: `fold(permutation of e) = fold(e)` and `fold(e + e) = fold(e)`. A success is never undone by a failure of the
 * payment, whenever it comes; a void or a lapse told later than the authorisation ends an authorisation that was not
 * captured. A refund that failed after it succeeded counts as failed; of a dispute's outcomes the latest counts.
 */
export function fold(events: readonly PaymentEvent[]): Facts {
  const distinct = [...new Map(events.map((event) => [event.key, event])).values()].sort(byKey)
  const of = (...types: PaymentEvent["type"][]) => distinct.filter((event) => types.includes(event.type))

  const captured = foldCaptured(distinct)
  const authorizations = of("payment.authorized")
  const authorized = highest([
    ...authorizations.map((event) => event.money),
    ...distinct.map((event) => event.totals?.authorized),
  ])
  const refunds = foldRefunds(of("refund.pending", "refund.succeeded", "refund.failed"))
  const ended = captured.length > 0 ? undefined : foldEnd(distinct, authorizations, authorized)

  return {
    events: distinct.length,
    modes: unique(distinct.map((event) => (event.test ? "test" : "live"))),
    otherReceivers: unique(distinct.map((event) => event.otherReceiver)),
    holds: unique(distinct.map((event) => event.hold)),
    pending: of("payment.pending", "payment.authorized", "payment.captured").length > 0,
    authorized: ended ? [] : authorized,
    captured,
    refunded: highest([
      ...sum(refunds.filter((refund) => refund.state === "succeeded").map((refund) => refund.money)),
      ...distinct.map((event) => event.totals?.refunded),
    ]),
    refunds,
    disputes: foldDisputes(of("dispute.opened", "dispute.updated", "dispute.won", "dispute.lost")),
    payouts: foldPayouts(of("payout.paid", "payout.failed")),
    fees: sum([
      ...perResource(
        distinct.filter((event) => event.fee),
        (event) => event.fee
      ).values(),
    ]),
    attemptsFailed: of("payment.attempt_failed").length,
    ...(ended ? { ended } : {}),
  }
}

/** The captured amount: what the gateway says of the whole payment, or the sum of its captures, whichever is more. */
function foldCaptured(events: readonly PaymentEvent[]): Tally {
  const failed = new Set(events.filter((event) => event.type === "capture.failed").map(subject))
  const deltas = events.filter(
    (event) => event.type === "payment.captured" && !event.totals?.captured && !failed.has(subject(event))
  )
  return highest([
    ...sum([...perResource(deltas, (event) => event.money).values()]),
    ...events.map((event) => event.totals?.captured),
  ])
}

/**
 * A failure never ends an authorised payment; a cancellation or expiry told later than the last authorisation does.
 * Of several ends the earliest told counts, so that the grace time does not start again with each of them.
 */
function foldEnd(
  events: readonly PaymentEvent[],
  authorizations: readonly PaymentEvent[],
  authorized: Tally
): Facts["ended"] {
  const lastAuthorized = Math.max(...authorizations.map(time), -Infinity)
  const ends = events.flatMap((event) => {
    const as = endOf(event.type)
    if (!as) return []
    if (authorized.length > 0 && (as === "failed" || time(event) < lastAuthorized)) return []
    const reason = event.reason?.text ?? event.reason?.code
    return [{ as, at: time(event), key: event.key, ...(reason ? { reason } : {}) }]
  })
  const first = ends.sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1))[0]
  return first && { as: first.as, at: first.at, ...(first.reason ? { reason: first.reason } : {}) }
}

function endOf(type: PaymentEvent["type"]): "failed" | "canceled" | "expired" | undefined {
  if (type === "payment.failed") return "failed"
  if (type === "payment.canceled") return "canceled"
  return type === "payment.expired" ? "expired" : undefined
}

function foldRefunds(events: readonly PaymentEvent[]): RefundFact[] {
  const rank = { pending: 0, succeeded: 1, failed: 2 }
  return group(events).map(([resource, told]) => {
    const state = told
      .map((event) => event.type.slice("refund.".length) as RefundFact["state"])
      .reduce((a, b) => (rank[b] > rank[a] ? b : a))
    const money = highest(told.map((event) => event.money))[0]
    return { resource, state, ...(money ? { money } : {}) }
  })
}

function foldDisputes(events: readonly PaymentEvent[]): DisputeFact[] {
  const rank = { opened: 0, won: 1, lost: 2 }
  return group(events).map(([resource, told]) => {
    const states = told.map((event) => ({
      state: event.type === "dispute.won" ? "won" : event.type === "dispute.lost" ? "lost" : "opened",
      at: time(event),
    })) satisfies { state: DisputeFact["state"]; at: number }[]
    const decided = states.filter((one) => one.state !== "opened")
    const last = (decided.length > 0 ? decided : states).reduce((a, b) =>
      b.at > a.at || (b.at === a.at && rank[b.state] > rank[a.state]) ? b : a
    )
    const money = highest(told.map((event) => event.money))[0]
    return { resource, state: last.state, at: last.at, ...(money ? { money } : {}) }
  })
}

function foldPayouts(events: readonly PaymentEvent[]): PayoutFact[] {
  return group(events).map(([resource, told]) => {
    const money = highest(told.map((event) => event.money))[0]
    const failed = told.some((event) => event.type === "payout.failed")
    return { resource, state: failed ? "failed" : "paid", ...(money ? { money } : {}) }
  })
}

/** What a statement is about: the gateway's object where it names one, else the payment itself. */
function subject(event: PaymentEvent): string {
  return event.resource ?? event.gatewayPayment ?? event.reference ?? event.key
}

function group(events: readonly PaymentEvent[]): [string, PaymentEvent[]][] {
  const groups = new Map<string, PaymentEvent[]>()
  for (const event of events) groups.set(subject(event), [...(groups.get(subject(event)) ?? []), event])
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1))
}

/** The highest amount told of each object and currency: one object told twice is not two. */
function perResource(
  events: readonly PaymentEvent[],
  amount: (event: PaymentEvent) => Money | undefined
): Map<string, Money> {
  const amounts = new Map<string, Money>()
  for (const event of events) {
    const money = amount(event)
    if (!money) continue
    const key = `${money.currency} ${subject(event)}`
    const known = amounts.get(key)
    amounts.set(key, known ? larger(known, money) : money)
  }
  return amounts
}

function highest(amounts: readonly (Money | undefined)[]): Tally {
  return tally(amounts, larger)
}

function sum(amounts: readonly (Money | undefined)[]): Tally {
  return tally(amounts, add)
}

function tally(amounts: readonly (Money | undefined)[], join: (a: Money, b: Money) => Money): Tally {
  const perCurrency = new Map<string, Money>()
  for (const money of amounts) {
    if (!money) continue
    perCurrency.set(money.currency, join(perCurrency.get(money.currency) ?? zero(money.currency), money))
  }
  return [...perCurrency.values()]
    .filter((money) => money.amount !== zero(money.currency).amount)
    .sort((a, b) => (a.currency < b.currency ? -1 : 1))
}

function time(event: PaymentEvent): number {
  return event.occurredAt?.getTime() ?? 0
}

function byKey(a: PaymentEvent, b: PaymentEvent): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0
}

function unique<T extends string>(values: readonly (T | undefined)[]): T[] {
  return [...new Set(values.filter((value): value is T => value !== undefined))].sort()
}

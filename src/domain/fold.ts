import { distinctEvents } from "./distinct-events"
import { foldStanding, type End } from "./fold-end"
import { larger, type Money } from "./money"
import type { PaymentEvent } from "./payment-event"
import { highest, sum, type Tally } from "./tally"
import { subjectOf, timeOf, toldPayments, type ToldPayments } from "./told-payments"

export type { Tally }

export type RefundFact = Readonly<{
  resource: string
  state: "pending" | "succeeded" | "failed"
  money?: Money
}>
export type DisputeFact = Readonly<{
  resource: string
  state: "opened" | "won" | "lost"
  money?: Money
  /** Whether the gateway has taken no money because of it, as far as was told. */
  inquiry?: true
  at: number
  /** Until when the gateway wants an answer, as last told. Milliseconds since 1970. */
  dueAt?: number
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
  /** What is authorised: released authorisations are left out, those that were captured are not. */
  authorized: Tally
  captured: Tally
  /** How many payments of the gateway took money for this reference: more than one means that it was paid twice. */
  paidTimes: number
  /** Captures that the gateway took back or never made, by the gateway's id. */
  failedCaptures: readonly Readonly<{ resource: string; money?: Money }>[]
  refunded: Tally
  refunds: readonly RefundFact[]
  disputes: readonly DisputeFact[]
  payouts: readonly PayoutFact[]
  fees: Tally
  attemptsFailed: number
  /** How the payment ended without success, and when we first heard of it. */
  ended?: End
}>

/**
 * Folds the payment events of one lane, in any order and with any duplicates, into facts.
 * Laws: `fold(permutation of e) = fold(e)` and `fold(e + e) = fold(e)`. A success is never undone by a failure of the
 * payment, whenever it comes; a void or a lapse told later than the authorisation releases what was not captured.
 * What is captured becomes less by `capture.failed` only, what is refunded by `refund.failed` only. A refund that
 * failed after it succeeded counts as failed; of a dispute's outcomes the latest counts.
 */
export function fold(events: readonly PaymentEvent[]): Facts {
  const distinct = distinctEvents(events)
  const of = (...types: PaymentEvent["type"][]) => distinct.filter((event) => types.includes(event.type))
  const payments = toldPayments(distinct)

  const captured = acrossPayments(payments, foldCaptured)
  const { authorized, ended } = foldStanding(payments)

  return {
    events: distinct.length,
    modes: unique(distinct.map((event) => (event.test ? "test" : "live"))),
    otherReceivers: unique(distinct.map((event) => event.otherReceiver)),
    holds: unique(distinct.map((event) => event.hold)),
    pending: of("payment.pending", "payment.authorized", "payment.captured").length > 0,
    authorized,
    captured,
    paidTimes: payments.named.filter((told) => foldCaptured(told).length > 0).length,
    failedCaptures: group(of("capture.failed")).map(([resource, told]) => {
      const money = highest(told.map((event) => event.money))[0]
      return { resource, ...(money ? { money } : {}) }
    }),
    refunded: acrossPayments(payments, foldRefunded),
    refunds: foldRefunds(of("refund.pending", "refund.succeeded", "refund.failed")),
    disputes: foldDisputes(of("dispute.opened", "dispute.updated", "dispute.won", "dispute.lost")),
    payouts: foldPayouts(of("payout.paid", "payout.failed")),
    fees: sum([
      ...perSubject(
        distinct.filter((event) => event.fee),
        (event) => event.fee
      ).values(),
    ]),
    attemptsFailed: new Set(of("payment.attempt_failed").map((event) => event.key)).size,
    ...(ended && captured.length === 0 ? { ended } : {}),
  }
}

/** Two payments for one reference are two amounts; what is told without the gateway's payment id is about all of it. */
function acrossPayments(
  { named, unnamed }: ToldPayments,
  amountOf: (told: readonly PaymentEvent[]) => Tally
): Tally {
  return highest([...sum(named.flatMap(amountOf)), ...amountOf(unnamed)])
}

/**
 * The captured amount of one payment: what the gateway says of the whole payment, or the sum of its captures, whichever
 * is more. Captures that failed do not count, nor does what was said of the whole before the gateway corrected it.
 */
function foldCaptured(told: readonly PaymentEvent[]): Tally {
  const failures = told.filter((event) => event.type === "capture.failed")
  const corrections = failures.filter((event) => event.totals?.captured)
  const standing = told.filter((event) => event.type !== "payment.captured" || !isUndone(event, failures))
  const deltas = standing.filter((event) => event.type === "payment.captured" && !event.totals?.captured)
  return highest([
    ...sum([...perSubject(deltas, (event) => event.money).values()]),
    ...standing
      .filter((event) => !corrections.some((correction) => timeOf(event) < timeOf(correction)))
      .map((event) => event.totals?.captured),
  ])
}

/**
 * Whether a capture or refund failed after all. One with an id of its own that failed stays failed; without an id, what
 * is told for a later time may be another try.
 */
function isUndone(event: PaymentEvent, failures: readonly PaymentEvent[]): boolean {
  return failures.some(
    (failure) =>
      subjectOf(failure) === subjectOf(event) &&
      (event.resource !== undefined || timeOf(failure) >= timeOf(event))
  )
}

/**
 * The refunded amount of one payment: what the gateway says of the whole payment, or the sum of its refunds, whichever
 * is more. What was said of the whole up to a refund's failure may hold the failed refund and does not count, unless
 * the failure says it itself.
 */
function foldRefunded(told: readonly PaymentEvent[]): Tally {
  const failures = told.filter((event) => event.type === "refund.failed")
  const standing = told.filter((event) => event.type !== "refund.succeeded" || !isUndone(event, failures))
  const succeeded = standing.filter((event) => event.type === "refund.succeeded")
  const outdated = (event: PaymentEvent) =>
    failures.some((failure) =>
      failure.totals?.refunded ? timeOf(event) < timeOf(failure) : timeOf(event) <= timeOf(failure)
    )
  return highest([
    ...sum([...perSubject(succeeded, (event) => event.money).values()]),
    ...standing.filter((event) => !outdated(event)).map((event) => event.totals?.refunded),
  ])
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
      at: timeOf(event),
    })) satisfies { state: DisputeFact["state"]; at: number }[]
    const decided = states.filter((one) => one.state !== "opened")
    const last = (decided.length > 0 ? decided : states).reduce((a, b) =>
      b.at > a.at || (b.at === a.at && rank[b.state] > rank[a.state]) ? b : a
    )
    const money = highest(told.map((event) => event.money))[0]
    const due = lastDue(told)
    return {
      resource,
      state: last.state,
      at: last.at,
      ...(money ? { money } : {}),
      ...(told.every(({ inquiry }) => inquiry) ? { inquiry: true } : {}),
      ...(due === undefined ? {} : { dueAt: due }),
    }
  })
}

/** The deadline of the latest statement that names one; of two at the same time the earlier deadline. */
function lastDue(told: readonly PaymentEvent[]): number | undefined {
  const dues = told.flatMap((event) =>
    event.dueAt ? [{ at: timeOf(event), dueAt: event.dueAt.getTime() }] : []
  )
  return dues.sort((a, b) => b.at - a.at || a.dueAt - b.dueAt)[0]?.dueAt
}

function foldPayouts(events: readonly PaymentEvent[]): PayoutFact[] {
  return group(events).map(([resource, told]) => {
    const money = highest(told.map((event) => event.money))[0]
    const failed = told.some((event) => event.type === "payout.failed")
    return { resource, state: failed ? "failed" : "paid", ...(money ? { money } : {}) }
  })
}

function group(events: readonly PaymentEvent[]): [string, PaymentEvent[]][] {
  const groups = new Map<string, PaymentEvent[]>()
  for (const event of events) {
    const told = groups.get(subjectOf(event))
    if (told) told.push(event)
    else groups.set(subjectOf(event), [event])
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1))
}

/** The highest amount told of each object and currency: one object told twice is not two. */
function perSubject(
  events: readonly PaymentEvent[],
  amount: (event: PaymentEvent) => Money | undefined
): Map<string, Money> {
  const amounts = new Map<string, Money>()
  for (const event of events) {
    const money = amount(event)
    if (!money) continue
    const key = `${money.currency} ${subjectOf(event)}`
    const known = amounts.get(key)
    amounts.set(key, known ? larger(known, money) : money)
  }
  return amounts
}

function unique<T extends string>(values: readonly (T | undefined)[]): T[] {
  return [...new Set(values.filter((value): value is T => value !== undefined))].sort()
}

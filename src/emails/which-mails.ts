import type { Facts } from "../domain/fold"
import { compare, isPositive, type Money } from "../domain/money"
import type { PaymentEvent } from "../domain/payment-event"
import type { MailKind } from "./mail"

/** What happened to a payment, as far as mails depend on it. */
export type MailLane = Readonly<{
  laneId: string
  /** Our reference; absent for what is about no single payment. */
  reference?: string | undefined
  facts: Facts
  /** All events that the facts are made of. */
  events: readonly PaymentEvent[]
  expected?: Money | undefined
  /** The least that counts as all of it. Default: what was asked. */
  enough?: Money | undefined
  orderId?: string | undefined
  cartId?: string | undefined
  settlement: Readonly<{ state: string; reason?: string | undefined }>
  /** Whether the order was cancelled by us because it was not paid. */
  cancelledUnpaid: boolean
}>

/** Of the times that the owner chose. */
export type MailTimes = Readonly<{ now: number; failureGraceMs: number; reminderMs: number }>

/** One mail that a fact asks for: `fact` is the same however often it is found. */
export type WantedMail = Readonly<{
  kind: MailKind
  fact: string
  /** When it may go, in milliseconds since 1970: whether it is still true is looked at then. */
  dueAt?: number
  payload: Readonly<Record<string, unknown>>
}>

/** Who replays what is older tells nobody. */
const newsMs = 24 * 3_600_000
/** A buyer who pays at once is not told first that we wait. */
const waitingAfterMs = 120_000
/** A guest who makes an account right after paying is not offered one. */
const claimAfterMs = 600_000
/** A dispute is told again this long before its deadline. */
export const disputeDueMs = 72 * 3_600_000

/** Money that may not be ours, or that a person said to leave alone. */
const untold: readonly string[] = ["receiver_differs", "mode_differs", "currency_differs", "ignored", "moved"]

/**
 * The mails to the customer that a lane's facts ask for, once each: whoever keeps them keeps each `kind` and `fact` once.
 * Nothing of what happened more than 24 hours ago, but of an order that is placed now: `old` says so.
 */
export function buyerMails(lane: MailLane, times: MailTimes): WantedMail[] {
  const { settlement, orderId } = lane
  if (lane.reference === undefined || !["settled", "waiting", "review"].includes(settlement.state)) return []
  if (settlement.reason !== undefined && untold.includes(settlement.reason)) return []
  return [
    ...(settlement.state === "review" ? [] : paymentMails(lane, times)),
    ...(orderId ? refundMails(lane, orderId, times) : []),
  ]
}

function paymentMails(lane: MailLane, times: MailTimes): WantedMail[] {
  const { facts, orderId, settlement } = lane
  const mails: WantedMail[] = []
  const paid = coversOf(facts.captured[0], lane)
  const authorized = coversOf(facts.authorized[0], lane)
  const isOpen = !facts.captured[0] && !facts.authorized[0]
  if (orderId && (paid ?? authorized)) {
    const old = isOld(lane, ["payment.authorized", "payment.captured"], times)
    const money = (paid ?? authorized)!
    mails.push({
      kind: "ipn.payment-received",
      fact: orderId,
      payload: { ...write(money), captured: paid !== undefined, old },
    })
    if (!old && !lane.cancelledUnpaid) {
      mails.push({
        kind: "ipn.account-claim",
        fact: orderId,
        dueAt: times.now + claimAfterMs,
        payload: write(money),
      })
    }
  }
  if (orderId && isOpen && facts.pending && !facts.ended && !lane.cancelledUnpaid) {
    const old = isOld(lane, ["payment.pending"], times)
    const dueAt = latest(
      lane.events.flatMap(({ type, dueAt }) => (dueAt && type.startsWith("payment.") ? [dueAt] : []))
    )
    const payload = { ...write(lane.expected), due_at: dueAt?.toISOString() ?? null }
    if (!old) {
      mails.push({ kind: "ipn.order-waiting", fact: orderId, dueAt: times.now + waitingAfterMs, payload })
    }
    // Whether it is on is looked at when it is due.
    if (dueAt && dueAt.getTime() > times.now) {
      const at = Math.max(times.now, dueAt.getTime() - times.reminderMs)
      mails.push({ kind: "ipn.payment-reminder", fact: `${orderId}:${payload.due_at}`, dueAt: at, payload })
    }
  }
  const ended = facts.ended?.as
  if (isOpen && settlement.state === "settled" && (ended === "failed" || ended === "expired")) {
    const grace = { ...times, now: times.now - times.failureGraceMs }
    if (!lane.cancelledUnpaid && !isOld(lane, [`payment.${ended}`], grace)) {
      mails.push({
        kind: "ipn.payment-failed",
        fact: lane.laneId,
        payload: { ...write(lane.expected), ended },
      })
    }
  }
  if (orderId && lane.cancelledUnpaid && isOpen) {
    mails.push({ kind: "ipn.order-cancelled-unpaid", fact: orderId, payload: {} })
  }
  return mails
}

function refundMails(lane: MailLane, orderId: string, times: MailTimes): WantedMail[] {
  if (isOld(lane, ["refund.succeeded"], times)) return []
  return lane.facts.refunded.filter(isPositive).map((total) => ({
    kind: "ipn.refund-completed",
    fact: `${orderId}:${lane.laneId}:${total.amount} ${total.currency}`,
    payload: write(total),
  }))
}

/**
 * The mails to the merchant that a lane's disputes ask for: opened, soon due, decided. An open one is told however long
 * ago it was opened, when we hear of it only now.
 */
export function disputeMails(
  lane: Pick<MailLane, "laneId" | "facts" | "events" | "settlement">,
  now: number
): WantedMail[] {
  const { reason } = lane.settlement
  if (reason !== undefined && untold.includes(reason)) return []
  return lane.facts.disputes.flatMap(({ resource, state, money, dueAt, at }): WantedMail[] => {
    const fact = `${lane.laneId}:${resource}`
    const due = dueAt === undefined ? null : new Date(dueAt).toISOString()
    const payload = { ...write(money), due_at: due, gateway_dispute_id: resource }
    const kind = "ipn.merchant-dispute"
    if (state !== "opened") {
      if (at < now - newsMs) return []
      return [{ kind, fact: `${fact}:${state}`, payload: { ...payload, stage: state } }]
    }
    const heard = lane.events.flatMap((event) =>
      event.type.startsWith("dispute.") && event.resource === resource && event.receivedAt
        ? [event.receivedAt.getTime()]
        : []
    )
    const opened: WantedMail[] =
      heard.length > 0 && Math.min(...heard) < now - newsMs
        ? []
        : [{ kind, fact: `${fact}:opened`, payload: { ...payload, stage: "opened" } }]
    if (dueAt === undefined || dueAt - disputeDueMs <= now) return opened
    const stage = "due"
    return [
      ...opened,
      { kind, fact: `${fact}:due:${due}`, dueAt: dueAt - disputeDueMs, payload: { ...payload, stage } },
    ]
  })
}

function coversOf(money: Money | undefined, { enough, expected }: MailLane): Money | undefined {
  const least = enough ?? expected
  if (!money || !least || !isPositive(money) || money.currency !== least.currency) return undefined
  return compare(money, least) >= 0 ? money : undefined
}

/** Whether the last event of these types happened, or reached us, too long ago to be news. */
function isOld({ events }: MailLane, types: readonly string[], { now }: MailTimes): boolean {
  const times = events
    .filter(({ type }) => types.includes(type))
    .map(({ occurredAt, receivedAt }) =>
      Math.min(occurredAt?.getTime() ?? Infinity, receivedAt?.getTime() ?? Infinity)
    )
    .filter(Number.isFinite)
  return times.length > 0 && Math.max(...times) < now - newsMs
}

function latest(dates: readonly Date[]): Date | undefined {
  return dates.length === 0 ? undefined : new Date(Math.max(...dates.map((date) => date.getTime())))
}

function write(money: Money | undefined): { amount: string | null; currency_code: string | null } {
  return { amount: money?.amount ?? null, currency_code: money?.currency ?? null }
}

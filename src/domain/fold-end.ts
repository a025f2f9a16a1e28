import { isPositive } from "./money"
import type { PaymentEvent } from "./payment-event"
import { highest, type Tally } from "./tally"
import { timeOf, type ToldPayments } from "./told-payments"

/** How a payment ended without success, and when we first heard of it (ms since 1970). */
export type End = Readonly<{ as: "failed" | "canceled" | "expired"; at: number; reason?: string }>

/** What is authorised and not released again, and how it ended when no payment of the lane is open any more. */
export type Standing = Readonly<{ authorized: Tally; ended?: End }>

/**
 * Whether the payments of a lane stand or ended. A failure never ends an authorised payment; a cancellation or expiry
 * told for no earlier time than the payment's last authorisation does. The lane ended when each of its payments did:
 * a buyer whose first payment expired may be on the way with a second. Of several ends of one payment the one that
 * reached us first counts, so that the grace time does not start again with each of them.
 */
export function foldStanding({ named, unnamed }: ToldPayments): Standing {
  const isEnd = (event: PaymentEvent) => endOf(event.type) !== undefined
  const unnamedEnds = unnamed.filter(isEnd)
  const everyEnd = [...unnamedEnds, ...named.flat().filter(isEnd)]
  const standings = named.map((told) => standingOf(told, [...told.filter(isEnd), ...unnamedEnds]))
  if (named.length === 0 || unnamed.some(opens)) standings.push(standingOf(unnamed, everyEnd))
  const authorized = highest(standings.flatMap((standing) => standing.authorized))
  if (standings.some((standing) => standing.open)) return { authorized }
  const last = standings
    .flatMap((standing) => standing.end ?? [])
    .sort(byTime)
    .at(-1)
  return { authorized, ...(last ? { ended: last.end } : {}) }
}

type KeyedEnd = Readonly<{ end: End; key: string }>
type PaymentStanding = Readonly<{ authorized: Tally; open: boolean; end?: KeyedEnd }>

function standingOf(told: readonly PaymentEvent[], ends: readonly PaymentEvent[]): PaymentStanding {
  const authorizations = told.filter((event) => event.type === "payment.authorized")
  const authorized = highest([
    ...authorizations.map((event) => event.money),
    ...told.map((event) => event.totals?.authorized),
  ])
  const lastAuthorized = Math.max(...authorizations.map(timeOf), -Infinity)
  const releasing = ends.filter((event) => event.type !== "payment.failed" && timeOf(event) >= lastAuthorized)
  const ending = authorized.length > 0 ? releasing : ends
  const end = ending.flatMap(readEnd).sort(byTime)[0]
  if (end) return { authorized: [], open: false, end }
  return { authorized, open: told.some(opens) }
}

function opens(event: PaymentEvent): boolean {
  const { type, totals } = event
  if (["payment.pending", "payment.authorized", "payment.captured"].includes(type)) return true
  return totals?.authorized !== undefined && isPositive(totals.authorized)
}

function readEnd(event: PaymentEvent): KeyedEnd[] {
  const as = endOf(event.type)
  if (!as) return []
  const reason = event.reason?.text ?? event.reason?.code
  const at = event.receivedAt?.getTime() ?? timeOf(event)
  return [{ end: { as, at, ...(reason ? { reason } : {}) }, key: event.key }]
}

function byTime(a: KeyedEnd, b: KeyedEnd): number {
  return a.end.at - b.end.at || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)
}

function endOf(type: PaymentEvent["type"]): End["as"] | undefined {
  if (type === "payment.failed") return "failed"
  if (type === "payment.canceled") return "canceled"
  return type === "payment.expired" ? "expired" : undefined
}

import { fold, type Facts } from "./fold"
import type { PaymentEvent } from "./payment-event"
import { subjectOf } from "./told-payments"

/** When what was told last, by what it is about: `captured`, `refunds`, `fees`, `dispute:<id>`, `payout:<id>`. */
export type LedgerTimes = ReadonlyMap<string, Date>

/**
 * What a lane's events say of money that is really ours: what somebody else received, and what another mode than the
 * account's moved, is left out. So nobody's own payment that quotes our reference changes the ledger.
 */
export function ourMoney(
  events: readonly PaymentEvent[],
  mode: "live" | "test"
): Readonly<{ facts: Facts; times: LedgerTimes }> {
  const ours = events.filter((event) => event.otherReceiver === undefined && event.test === (mode === "test"))
  return { facts: fold(ours), times: timesOf(ours) }
}

function timesOf(events: readonly PaymentEvent[]): LedgerTimes {
  const times = new Map<string, Date>()
  const tell = (topic: string, event: PaymentEvent) => {
    const at = event.occurredAt ?? event.receivedAt
    const known = times.get(topic)
    if (at && !Number.isNaN(at.getTime()) && (!known || at > known)) times.set(topic, at)
  }
  for (const event of events) {
    if (event.fee) tell("fees", event)
    for (const topic of topicsOf(event)) tell(topic, event)
  }
  // A snapshot may be the only one who tells of money: its time counts where no statement of its own has one.
  for (const event of events) {
    if (event.totals?.captured && !events.some(isCapture)) tell("captured", event)
    if (event.totals?.refunded && !events.some(isRefund)) tell("refunds", event)
  }
  return times
}

function topicsOf(event: PaymentEvent): string[] {
  if (isCapture(event)) return ["captured"]
  if (isRefund(event)) return ["refunds"]
  const [object] = event.type.split(".")
  return object === "dispute" || object === "payout" ? [`${object}:${subjectOf(event)}`] : []
}

function isCapture({ type }: PaymentEvent): boolean {
  return type === "payment.captured" || type === "capture.failed"
}

function isRefund({ type }: PaymentEvent): boolean {
  return type === "refund.succeeded" || type === "refund.failed"
}

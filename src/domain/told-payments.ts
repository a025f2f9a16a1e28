import type { PaymentEvent } from "./payment-event"

/**
 * What was told of each payment that the gateway made for one reference of ours. A buyer may start a second payment
 * for the same reference; what ends the first must not end the second, and money that both took is taken twice.
 */
export type ToldPayments = Readonly<{
  /** One list for each of the gateway's payment ids. */
  named: readonly (readonly PaymentEvent[])[]
  /** Statements without the gateway's payment id: they are about all of it. */
  unnamed: readonly PaymentEvent[]
}>

/** Sorts the statements of a lane by the gateway's payment id. */
export function toldPayments(events: readonly PaymentEvent[]): ToldPayments {
  const named = new Map<string, PaymentEvent[]>()
  const unnamed: PaymentEvent[] = []
  for (const event of events) {
    if (event.gatewayPayment === undefined) {
      unnamed.push(event)
      continue
    }
    const told = named.get(event.gatewayPayment)
    if (told) told.push(event)
    else named.set(event.gatewayPayment, [event])
  }
  return { named: [...named].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, told]) => told), unnamed }
}

/** What a statement is about: the gateway's object where it names one, else the payment itself. */
export function subjectOf(event: PaymentEvent): string {
  return event.resource ?? event.gatewayPayment ?? event.reference ?? event.key
}

/** When the gateway says that it happened: milliseconds since 1970, 0 when it does not say. */
export function timeOf(event: PaymentEvent): number {
  const time = event.occurredAt?.getTime() ?? 0
  return Number.isNaN(time) ? 0 : time
}

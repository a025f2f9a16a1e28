import type { PaymentEvent } from "./payment-event"

/** Answers to a question about one payment belong to it, also where the gateway does not repeat our reference. */
export function withReference(
  events: readonly PaymentEvent[],
  expected: Readonly<{ reference: string }>
): PaymentEvent[] {
  return events.map((event) => ({ ...event, reference: event.reference ?? expected.reference }))
}

/**
 * Of answers to a question under an id that a buyer may have written: what quotes our reference itself, and what is told
 * besides of those payments and of those known to be ours, such as their refunds. The rest is told of other payments.
 */
export function ofReference(
  events: readonly PaymentEvent[],
  { reference, gatewayPayments }: Readonly<{ reference: string; gatewayPayments: readonly string[] }>
): PaymentEvent[] {
  const quoting = events.filter((event) => event.reference === reference)
  const ours = new Set([...gatewayPayments, ...quoting.flatMap((event) => event.gatewayPayment ?? [])])
  const isOurs = (event: PaymentEvent) =>
    event.reference === reference ||
    (!event.reference && event.gatewayPayment !== undefined && ours.has(event.gatewayPayment))
  return withReference(events.filter(isOurs), { reference })
}

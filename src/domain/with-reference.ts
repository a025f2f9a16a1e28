import type { PaymentEvent } from "./payment-event"

/** Answers to a question about one payment belong to it, also where the gateway does not repeat our reference. */
export function withReference(
  events: readonly PaymentEvent[],
  expected: Readonly<{ reference: string }>
): PaymentEvent[] {
  return events.map((event) => ({ ...event, reference: event.reference ?? expected.reference }))
}

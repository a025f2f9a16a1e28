import type { PaymentEvent } from "../../../domain/payment-event"

/** A payment event as it lies in the database: as it was told, with the time of receipt where the gateway gave none. */
export type Statement = Omit<PaymentEvent, "occurredAt"> & { occurredAt: string }

/** Completes an event's time, so that folding never depends on when it is folded. */
export function writeStatement(event: PaymentEvent, receivedAt: Date): Statement {
  return { ...event, occurredAt: (event.occurredAt ?? receivedAt).toISOString() }
}

export function readStatement(statement: Statement): PaymentEvent {
  return { ...statement, occurredAt: new Date(statement.occurredAt) }
}

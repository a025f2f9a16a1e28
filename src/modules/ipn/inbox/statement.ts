import type { PaymentEvent } from "../../../domain/payment-event"

/** A payment event as it lies in the database: as it was told, completed with the time of receipt. */
export type Statement = Omit<PaymentEvent, "occurredAt" | "receivedAt"> & {
  occurredAt: string
  receivedAt: string
}

/** Completes an event's times, so that folding never depends on when it is folded. */
export function writeStatement(event: PaymentEvent, receivedAt: Date): Statement {
  return {
    ...event,
    occurredAt: (event.occurredAt ?? receivedAt).toISOString(),
    receivedAt: receivedAt.toISOString(),
  }
}

export function readStatement(statement: Statement): PaymentEvent {
  return {
    ...statement,
    occurredAt: new Date(statement.occurredAt),
    receivedAt: new Date(statement.receivedAt),
  }
}

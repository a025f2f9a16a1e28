import type { PaymentEvent } from "../../../domain/payment-event"

/** A payment event as it lies in the database: as it was told, completed with the time of receipt. */
export type Statement = Omit<PaymentEvent, "occurredAt" | "receivedAt" | "dueAt"> & {
  occurredAt: string
  receivedAt: string
  dueAt?: string
}

/** Completes an event's times, so that folding never depends on when it is folded. */
export function writeStatement(event: PaymentEvent, receivedAt: Date): Statement {
  const { dueAt, ...told } = event
  return {
    ...told,
    occurredAt: (event.occurredAt ?? receivedAt).toISOString(),
    receivedAt: receivedAt.toISOString(),
    ...(dueAt ? { dueAt: dueAt.toISOString() } : {}),
  }
}

export function readStatement(statement: Statement): PaymentEvent {
  const { dueAt, ...told } = statement
  return {
    ...told,
    occurredAt: new Date(statement.occurredAt),
    receivedAt: new Date(statement.receivedAt),
    ...(dueAt ? { dueAt: new Date(dueAt) } : {}),
  }
}

import type { OutboxRow } from "./claim-told"

/** A way to tell others: Medusa's event bus, mails, outgoing webhooks. */
export type Channel = Readonly<{
  /**
   * Tells one row. Throws when it cannot now: it is tried again, later each time. `dropped` with the reason when nobody
   * wants to know any more; `failed` when it can never be told; `waiting` when it is too early, which is no failure. A crash after telling and before the mark tells it again: the row's id is the same then, and
   * whoever must not act twice compares it.
   */
  deliver(
    row: OutboxRow
  ): Promise<void | { dropped: string } | { failed: string } | { waiting: string; dueAt: Date }>
  /** Called once when a row is given up: after `maxAttempts`, or because it failed for good. */
  givenUp?(row: OutboxRow, error: Error): Promise<void>
  /** Rows told side by side in one process. Default 10. */
  concurrency?: number
  /** How long a claim holds: longer than telling one row can take. Milliseconds, default 60,000. */
  leaseMs?: number
  /** Default 20: about 6 hours. */
  maxAttempts?: number
}>

import type { OutboxRow } from "./claim-told"

/** A way to tell others: Medusa's event bus, mails, outgoing webhooks. */
export type Channel = Readonly<{
  /**
   * Tells one row. Throws when it cannot now: it is tried again, later each time. `dropped` with the reason when nobody
   * wants to know any more. A crash after telling and before the mark tells it again: the row's id is the same then, and
   * whoever must not act twice compares it.
   */
  deliver(row: OutboxRow): Promise<void | { dropped: string }>
  /** Called once when a row is given up after `maxAttempts`. */
  givenUp?(row: OutboxRow, error: Error): Promise<void>
  /** Rows told side by side in one process. Default 10. */
  concurrency?: number
  /** How long a claim holds: longer than telling one row can take. Milliseconds, default 60,000. */
  leaseMs?: number
  /** Default 20: about 6 hours. */
  maxAttempts?: number
}>

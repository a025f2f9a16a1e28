import { storeTimeoutMs } from "../../../receiver/receiver"
import type { Inbox } from "../../../receiver/received"
import { openPool, type DatabaseAddress } from "../open-pool"
import type { Payloads } from "../privacy/payloads"
import { entryOf } from "./entry"
import { createStoreReceived } from "./store-received"

export type IntakeOptions = Readonly<{
  database: DatabaseAddress
  payloads: Payloads
  /** Called after each commit. */
  stored(): void
}> &
  Pick<Inbox, "countUnproven" | "noteRefusal">

/** Where a receiver stores, over connections of its own. */
export type Intake = Inbox & Readonly<{ close(): Promise<void> }>

export function openIntake({ database, payloads, stored, ...rest }: IntakeOptions): Intake {
  // The second is for when the first does not answer. Such a one is thrown away.
  const pool = openPool(database, 2, {
    query_timeout: storeTimeoutMs,
    connectionTimeoutMillis: storeTimeoutMs,
  })
  const storeReceived = createStoreReceived(pool, database.schema)
  return {
    ...rest,
    entryOf: (received) => entryOf(received, payloads),
    async store(entries) {
      await storeReceived(entries)
      stored()
    },
    close: () => pool.end(),
  }
}

import type { Pool, PoolClient } from "@medusajs/framework/pg"

/** How long one waits for somebody else who settles or completes the same cart. */
const waitMs = 30_000

/**
 * Lets one at a time work on a cart or payment collection, across all processes on one database: a transaction-scoped
 * advisory lock, so that Postgres frees it the moment its holder dies.
 */
export class SubjectLock {
  /** @param pool Connections that nobody else uses: those who wait hold one. */
  constructor(private readonly pool: Pool) {}

  /** Runs the work while holding the lock of a subject. Throws when the lock cannot be had within 30 seconds. */
  async hold<T>(subject: string, work: () => Promise<T>): Promise<T> {
    const release = await this.acquire(subject)
    try {
      return await work()
    } finally {
      await release()
    }
  }

  /** Takes the lock until the returned function is called; calling that again does nothing. */
  async acquire(subject: string): Promise<() => Promise<void>> {
    const client = await this.pool.connect()
    let broken: Error | undefined
    const onError = (error: Error) => (broken = error)
    client.on("error", onError)
    try {
      await client.query(
        `begin; set local lock_timeout = ${waitMs}; set local idle_in_transaction_session_timeout = 0`
      )
      await client.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [`ipn:${subject}`])
    } catch (error) {
      await giveBack(client, onError, error as Error)
      throw error
    }
    let released = false
    return async () => {
      if (released) return
      released = true
      const failed =
        broken ??
        (await client.query("commit").then(
          () => undefined,
          (error: Error) => error
        ))
      await giveBack(client, onError, failed)
    }
  }

  async close(): Promise<void> {
    await this.pool.end()
  }
}

/** A connection on which anything went wrong is closed, which frees its lock. */
async function giveBack(client: PoolClient, onError: (error: Error) => void, error?: Error): Promise<void> {
  client.off("error", onError)
  client.on("error", () => undefined)
  client.release(error ?? false)
}

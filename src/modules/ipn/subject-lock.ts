import type { Pool, PoolClient } from "@medusajs/framework/pg"
import { codeOf } from "../../receiver/describe-error"
import { openPool, type DatabaseAddress } from "./open-pool"

/** How long one waits for somebody else who works on the same subject, and for a connection to do so. */
const waitMs = 30_000
/** How many of those who do not settle hold a lock at once in one process: above all storefronts that complete carts. */
const othersAtOnce = 16

/** Whose connections hold a lock: those of the worker are there for its lanes, whatever storefronts do. */
type Share = "worker" | "others"

/** A lock that is held. */
export type Held = Readonly<{
  /** Aborted once Postgres may have given the lock to somebody else. No change may begin after that. */
  lost: AbortSignal
  /** Gives the lock back; doing so again does nothing. */
  release(): Promise<void>
}>

/**
 * Lets one at a time work on a cart or payment collection, across all processes on one database: a transaction-scoped
 * advisory lock, so that Postgres frees it the moment its holder dies. Within a process one for each subject waits in
 * Postgres; those behind it wait for their turn here, without a connection.
 */
export class SubjectLock {
  private readonly pools: Readonly<Record<Share, Pool>>
  private readonly turns = new Map<string, Promise<void>>()

  /** @param lanes How many lanes the worker settles at once: each finds a connection. */
  constructor(database: DatabaseAddress, lanes: number) {
    const pool = (size: number) => openPool(database, size, { connectionTimeoutMillis: waitMs })
    this.pools = { worker: pool(lanes), others: pool(othersAtOnce) }
  }

  /**
   * Runs the work while holding the lock of a subject. Throws when the lock cannot be had within 30 seconds.
   * @param work Is told when the lock is lost: it throws then before its next change.
   */
  async hold<T>(
    subject: string,
    work: (lost: AbortSignal) => Promise<T>,
    share: Share = "others"
  ): Promise<T> {
    const { lost, release } = await this.acquire(subject, share)
    try {
      return await work(lost)
    } finally {
      await release()
    }
  }

  /** Takes the lock until it is released. */
  async acquire(subject: string, share: Share = "others"): Promise<Held> {
    const until = Date.now() + waitMs
    const leave = await this.takeTurn(subject, until)
    try {
      const { lost, release } = await lockOn(await this.pools[share].connect(), subject, until)
      let released: Promise<void> | undefined
      return { lost, release: () => (released ??= release().finally(leave)) }
    } catch (error) {
      leave()
      throw error
    }
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.pools).map((pool) => pool.end()))
  }

  /** Resolves when all who came before have left; the answer is how to leave. */
  private async takeTurn(subject: string, until: number): Promise<() => void> {
    const before = this.turns.get(subject)
    let leave!: () => void
    const left = new Promise<void>((resolve) => (leave = resolve))
    const all = (before ?? Promise.resolve()).then(() => left)
    this.turns.set(subject, all)
    void all.then(() => {
      if (this.turns.get(subject) === all) this.turns.delete(subject)
    })
    if (!before) return leave
    let timer: NodeJS.Timeout | undefined
    const tooLate = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(isHeldByOthers(subject)), until - Date.now())
    })
    try {
      await Promise.race([before, tooLate])
      return leave
    } catch (error) {
      leave()
      throw error
    } finally {
      clearTimeout(timer)
    }
  }
}

/** The server's own limits would take the lock away while the work goes on. One of them came with Postgres 17. */
const withoutLimits = `set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0;
  select set_config('transaction_timeout', '0', true) where current_setting('transaction_timeout', true) is not null`

async function lockOn(client: PoolClient, subject: string, until: number): Promise<Held> {
  const losing = new AbortController()
  const onError = (error: Error) =>
    losing.abort(new Error(`the lock of ${subject} was lost: ${error.message}`, { cause: error }))
  client.on("error", onError)
  try {
    await client.query(`begin; set local lock_timeout = ${Math.max(until - Date.now(), 1)}; ${withoutLimits}`)
    await client.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [`ipn:${subject}`])
  } catch (error) {
    giveBack(client, onError, error as Error)
    throw codeOf(error) === lockNotAvailable ? isHeldByOthers(subject, error) : error
  }
  return {
    lost: losing.signal,
    async release() {
      const failed = losing.signal.aborted
        ? (losing.signal.reason as Error)
        : await client.query("commit").then(
            () => undefined,
            (error: Error) => error
          )
      giveBack(client, onError, failed)
    },
  }
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const lockNotAvailable = "55P03"

function isHeldByOthers(subject: string, cause?: unknown): Error {
  return new Error(`others have worked on ${subject} for ${waitMs / 1000} seconds: try again`, { cause })
}

/** A connection on which anything went wrong is closed, which frees its lock. */
function giveBack(client: PoolClient, onError: (error: Error) => void, error?: Error): void {
  client.off("error", onError)
  client.on("error", () => undefined)
  client.release(error ?? false)
}

import type { Knex } from "@medusajs/framework/mikro-orm/knex"

/** A moment in the stream of changes, to be taken before reading what is waited about. */
export type Mark = number

type Waiter = Readonly<{ keys: ReadonlySet<string>; wake(changed: boolean): void }>
type ChangedLane = { id: string; account_id: string; key: string; cart_id: string | null; at: string }

/** How many changes are remembered for those who read before they wait. */
const remembered = 5_000
/** How far back each look reaches beyond the last one: a statement may commit this much later than its time says. */
const overlapMs = 5_000

/**
 * Lets any number of buyers wait until something of their payment may have changed. What this process changes wakes them
 * at once; for what others change, one query every `pollMs` serves all who wait here, and none is made while nobody does.
 */
export class Waiting {
  private readonly waiters = new Set<Waiter>()
  private readonly changes = new Map<string, Mark>()
  private seen = new Map<string, string>()
  private count: Mark = 0
  private forgotten: Mark = 0
  private lookedAt: number | undefined
  private timer: NodeJS.Timeout | undefined
  private closed = false

  constructor(
    private readonly db: Knex,
    private readonly pollMs: number,
    private readonly log: Readonly<{ warn(line: string): void }>
  ) {}

  /** How many wait in this process now. */
  get size(): number {
    return this.waiters.size
  }

  get isClosed(): boolean {
    return this.closed
  }

  /** To be taken before reading what is then waited about: so nothing is missed between the two. */
  mark(): Mark {
    return this.count
  }

  /** Tells that something changed: wakes those who wait for one of the keys. */
  tell(...keys: readonly (string | undefined)[]): void {
    const told = keys.filter((key) => key !== undefined)
    if (told.length === 0) return
    this.count++
    for (const key of told) {
      this.changes.delete(key)
      this.changes.set(key, this.count)
    }
    for (const [key, at] of this.changes) {
      if (this.changes.size <= remembered) break
      this.changes.delete(key)
      this.forgotten = at
    }
    for (const waiter of this.waiters) if (told.some((key) => waiter.keys.has(key))) waiter.wake(true)
  }

  /**
   * Resolves to true once one of the keys may have changed since the mark; to false when the time is over, the signal
   * aborts or the process is about to stop.
   */
  async wait(keys: ReadonlySet<string>, since: Mark, ms: number, signal?: AbortSignal): Promise<boolean> {
    const isNews = since < this.forgotten || [...keys].some((key) => (this.changes.get(key) ?? 0) > since)
    if (isNews) return true
    if (this.closed || ms <= 0 || signal?.aborted) return false
    return new Promise((resolve) => {
      const wake = (changed: boolean) => {
        clearTimeout(timer)
        signal?.removeEventListener("abort", stop)
        this.waiters.delete(waiter)
        resolve(changed)
      }
      const stop = () => wake(false)
      const timer = setTimeout(stop, ms)
      const waiter: Waiter = { keys, wake }
      signal?.addEventListener("abort", stop)
      this.waiters.add(waiter)
      this.lookLater()
    })
  }

  /** Lets everybody go, so that a stop does not wait for them. */
  close(): void {
    this.closed = true
    clearTimeout(this.timer)
    for (const waiter of this.waiters) waiter.wake(false)
  }

  private lookLater(): void {
    if (this.timer !== undefined || this.closed) return
    this.timer = setTimeout(() => {
      void this.look().finally(() => {
        this.timer = undefined
        if (this.waiters.size > 0) this.lookLater()
      })
    }, this.pollMs)
    this.timer.unref()
  }

  private async look(): Promise<void> {
    const startedAt = Date.now()
    const sinceMs = Math.min(60_000, this.lookedAt === undefined ? 0 : startedAt - this.lookedAt) + overlapMs
    try {
      const lanes = await changedLanes(this.db, sinceMs)
      const news = lanes.filter(({ id, at }) => this.seen.get(id) !== at)
      this.seen = new Map(lanes.map(({ id, at }) => [id, at]))
      this.lookedAt = startedAt
      if (news.length > 0) {
        this.tell(...news.flatMap((lane) => [laneOf(lane.account_id, lane.key), lane.cart_id ?? undefined]))
      }
    } catch (error) {
      this.log.warn(`[ipn] cannot look for changed payments: ${(error as Error).message}`)
    }
  }
}

/** The key by which those who wait for a lane are woken. */
export function laneOf(accountId: string, laneKey: string): string {
  return `${accountId} ${laneKey}`
}

/** Lanes that changed within the last so many milliseconds and are in nobody's hands. By an index, however many there are. */
async function changedLanes(db: Knex, withinMs: number): Promise<ChangedLane[]> {
  const { rows } = await db.raw(
    `select id, account_id, key, cart_id, updated_at::text as at from ipn_lane
     where updated_at > now() - ? * interval '1 millisecond' and lease_until is null and deleted_at is null`,
    [withinMs]
  )
  return rows as ChangedLane[]
}

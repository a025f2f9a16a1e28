import type { Logger } from "@medusajs/framework/types"
import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { maxAttempts, retryDelayMs } from "../inbox/retry"
import type { Channel } from "./channel"
import { claimTold, endTelling, type OutboxRow } from "./claim-told"

/** How often an idle dispatcher looks for what other processes wrote, or what became due. */
const pollMs = 2_000

/**
 * Tells what waits for one channel, at least once: the mark comes after the telling, and a claim that a crash cut lapses
 * and is taken by another. Two dispatchers never hold the same row at once.
 */
export class Dispatcher {
  private readonly telling = new Set<Promise<void>>()
  private timer: NodeJS.Timeout | undefined
  private looking: Promise<void> | undefined
  private lookAgain = false
  private stopped = true

  constructor(
    private readonly db: Knex,
    readonly name: string,
    private readonly channel: Channel,
    private readonly logger: Pick<Logger, "error" | "warn">
  ) {}

  start(): void {
    this.stopped = false
    this.wake()
  }

  /** Tells that there may be something to tell. Cheap; called after every commit that wrote something. */
  wake(): void {
    if (this.stopped) return
    if (this.looking) {
      this.lookAgain = true
      return
    }
    clearTimeout(this.timer)
    this.looking = this.look().finally(() => {
      this.looking = undefined
      const again = this.lookAgain
      this.lookAgain = false
      if (again) this.wake()
      else this.lookLater()
    })
  }

  /** Takes no more rows and waits for those in hand. */
  async drain(): Promise<void> {
    this.stopped = true
    clearTimeout(this.timer)
    await this.looking
    await Promise.all(this.telling)
  }

  private async look(): Promise<void> {
    const free = (this.channel.concurrency ?? 10) - this.telling.size
    if (free <= 0) return
    try {
      for (const row of await claimTold(this.db, this.name, free, this.channel.leaseMs ?? 60_000)) {
        const telling: Promise<void> = this.run(row).finally(() => {
          this.telling.delete(telling)
          this.wake()
        })
        this.telling.add(telling)
      }
    } catch (error) {
      this.logger.warn(
        `[ipn] cannot look for what is to be told by ${this.name}: ${(error as Error).message}`
      )
    }
  }

  /** Never throws: where the database is away, the claim lapses by itself. */
  private async run(row: OutboxRow): Promise<void> {
    try {
      const result = await this.channel.deliver(row)
      if (!result) await endTelling(this.db, row, { state: "sent" })
      else if ("dropped" in result)
        await endTelling(this.db, row, { state: "dropped", error: result.dropped })
      else if ("failed" in result) await this.giveUp(row, new Error(result.failed))
      else await endTelling(this.db, row, { state: "waiting", error: result.waiting, dueAt: result.dueAt })
    } catch (error) {
      await this.giveBack(row, error as Error).catch(() => undefined)
    }
  }

  private async giveBack(row: OutboxRow, error: Error): Promise<void> {
    const most = this.channel.maxAttempts ?? maxAttempts
    this.logger.error(
      `[ipn] could not tell ${row.topic} by ${this.name} (attempt ${row.attempts} of ${most}): ${error.message}`
    )
    if (row.attempts < most) {
      const dueAt = new Date(Date.now() + retryDelayMs(row.attempts, Math.random()))
      await endTelling(this.db, row, { state: "waiting", error: error.message, dueAt })
    } else await this.giveUp(row, error)
  }

  private async giveUp(row: OutboxRow, error: Error): Promise<void> {
    if (!(await endTelling(this.db, row, { state: "failed", error: error.message }))) return
    await this.channel.givenUp?.(row, error)
  }

  private lookLater(): void {
    if (this.stopped) return
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.wake(), pollMs)
    this.timer.unref()
  }
}

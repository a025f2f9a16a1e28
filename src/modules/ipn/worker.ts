import type { Logger } from "@medusajs/framework/types"
import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { claimLanes, endClaim, lapsed, renewClaims, type Claim } from "./inbox/claim-lanes"
import type { Sorting } from "./inbox/sorting"
import { maxAttempts, retryDelayMs } from "./inbox/retry"

/** Settles one claimed lane and ends its claim. Throws when it cannot now: the lane is tried again later. */
export type Settle = (claim: Claim) => Promise<void>

type WorkerOptions = Readonly<{ concurrency: number; pollMs: number; leaseMs: number }>

/**
 * Settles due lanes, several side by side: woken by a signal in the process after a commit, and by looking every
 * `pollMs` for what other processes stored or what became due. A crash loses nothing: its claims lapse. A lane whose
 * claims lapse again and again waits longer each time, for it may be what ends the processes.
 */
export class Worker {
  private readonly running = new Map<string, Claim>()
  private timer: NodeJS.Timeout | undefined
  private heartbeat: NodeJS.Timeout | undefined
  private renewing = false
  private looking: Promise<void> | undefined
  private lookAgain = false
  private stopped = false
  private idle: (() => void) | undefined

  constructor(
    private readonly db: Knex,
    private readonly sorting: Pick<Sorting, "sort">,
    private readonly settle: Settle,
    private readonly options: WorkerOptions,
    private readonly logger: Pick<Logger, "error" | "warn">
  ) {}

  start(): void {
    this.heartbeat = setInterval(() => void this.renew(), this.options.leaseMs / 3)
    this.heartbeat.unref()
    this.wake()
  }

  /** Tells that there may be something to do. Cheap; called after every commit. */
  wake(): void {
    if (this.stopped) return
    if (this.looking) {
      this.lookAgain = true
      return
    }
    clearTimeout(this.timer)
    this.looking = this.look().finally(() => {
      this.looking = undefined
      if (this.lookAgain) {
        this.lookAgain = false
        this.wake()
      } else {
        this.lookLater()
      }
    })
  }

  /** Takes no more lanes and waits for those in hand. */
  async drain(): Promise<void> {
    this.stopped = true
    clearTimeout(this.timer)
    await this.looking
    if (this.running.size > 0) await new Promise<void>((resolve) => (this.idle = resolve))
    clearInterval(this.heartbeat)
  }

  private async look(): Promise<void> {
    const free = this.options.concurrency - this.running.size
    if (free <= 0) return
    try {
      // What cannot be sorted must not keep what was sorted from being settled.
      await this.sorting
        .sort()
        .catch((error: Error) => this.logger.error(`[ipn] cannot sort messages: ${error.message}`))
      const claims = await claimLanes(this.db, free, this.options.leaseMs)
      for (const claim of claims) {
        this.running.set(claim.laneId, claim)
        void this.run(claim)
      }
    } catch (error) {
      this.logger.warn(`[ipn] cannot look for work: ${(error as Error).message}`)
    }
  }

  private async run(claim: Claim): Promise<void> {
    try {
      if (claim.lapses > 0) await this.putOff(claim)
      else await this.settle(claim)
    } catch (error) {
      await this.giveBack(claim, error as Error)
    } finally {
      this.running.delete(claim.laneId)
      if (this.running.size === 0) this.idle?.()
      this.wake()
    }
  }

  /** The first time it is due again at once: a deploy may have ended the process, and then the buyer waits for it. */
  private async putOff(claim: Claim): Promise<void> {
    const { accountId, key, lapses } = claim
    this.logger.warn(
      `[ipn] [${accountId}] the process that settled ${key} ended before it was done (time ${lapses} of ${maxAttempts})`
    )
    if (lapses >= maxAttempts) {
      const error = `The process ended each of the ${lapses} times that this was being settled, so it is not tried again. Look into the log for what ended it, mend that, and replay this.`
      await endClaim(this.db, claim, { state: "failed", error })
      return
    }
    const delayMs = lapses === 1 ? 0 : retryDelayMs(lapses, Math.random())
    await endClaim(this.db, claim, {
      state: "waiting",
      error: lapsed,
      dueAt: new Date(Date.now() + delayMs),
    })
  }

  private async giveBack(claim: Claim, error: Error): Promise<void> {
    const last = claim.attempts >= maxAttempts
    this.logger.error(
      `[ipn] [${claim.accountId}] could not settle ${claim.key} (attempt ${claim.attempts} of ${maxAttempts}): ${error.message}`
    )
    await endClaim(this.db, claim, {
      state: last ? "failed" : "waiting",
      error: error.message.slice(0, 2_000),
      ...(last ? {} : { dueAt: new Date(Date.now() + retryDelayMs(claim.attempts, Math.random())) }),
    }).catch(() => undefined) // the database is away: the claim lapses by itself
  }

  /** Never a second time while the database keeps the first waiting: each takes one of Medusa's connections. */
  private async renew(): Promise<void> {
    if (this.renewing || this.running.size === 0) return
    this.renewing = true
    await renewClaims(this.db, [...this.running.values()], this.options.leaseMs).catch(() => undefined)
    this.renewing = false
  }

  private lookLater(): void {
    if (this.stopped) return
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.wake(), this.options.pollMs)
  }
}

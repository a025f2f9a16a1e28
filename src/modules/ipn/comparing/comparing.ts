import { askable } from "../asking/askable"
import type { AskingDependencies } from "../asking/asking"
import { comparePeriod } from "./compare-payments"
import {
  claimComparison,
  endComparison,
  noteProgress,
  startComparison,
  type ComparisonClaim,
} from "./comparison"
import { endDifference, readOpenDifference, type DifferenceAction } from "./difference"

/** What a comparison of an account can find: `ours_only` misses what is paid at the gateway and unknown here. */
export type Coverage = "both_sides" | "ours_only" | "none"

export type Started =
  | Readonly<{ kind: "started"; id: string; coverage: Coverage }>
  | Readonly<{ kind: "already_running"; id: string; coverage: Coverage }>
  | Readonly<{ kind: "cannot_compare"; why: string }>
  | Readonly<{ kind: "bad_period"; why: string }>

const maxPeriodMs = 93 * 86_400_000
/** A comparison that could not be finished for so long is given up, visibly. */
const giveUpAfterMs = 3 * 3_600_000

/** Compares what we know of a period with what its gateway says: in the background, resumed after a crash. */
export class Comparing {
  /** @param options `runsHere`: a comparison is made by this process as soon as it is started, not by the next job. */
  constructor(
    private readonly dependencies: AskingDependencies,
    private readonly options: Readonly<{ runsHere: boolean }>
  ) {}

  /** What a comparison of an account can find. */
  coverage(accountId: string): Coverage {
    const configured = this.dependencies.accounts.get(accountId)
    if (!configured) return "none"
    const { list, fetch } = askable(configured)
    return list ? "both_sides" : fetch ? "ours_only" : "none"
  }

  /** Starts a comparison; {@link run} makes it. `to` is at most now. */
  async start(input: { accountId: string; from: Date; to: Date; actorId?: string }): Promise<Started> {
    const coverage = this.coverage(input.accountId)
    const gateway = this.dependencies.accounts.get(input.accountId)?.gateway
    if (coverage === "none") {
      const who = gateway?.title ?? "A gateway that is not configured"
      return { kind: "cannot_compare", why: `${who} cannot be asked about payments through this account.` }
    }
    const to = new Date(Math.min(input.to.getTime(), Date.now()))
    const lengthMs = to.getTime() - input.from.getTime()
    if (!(lengthMs > 0))
      return { kind: "bad_period", why: "The period must begin before it ends, and in the past." }
    if (lengthMs > maxPeriodMs) return { kind: "bad_period", why: "Compare at most 93 days at once." }
    const { id, isNew } = await startComparison(this.dependencies.db, { ...input, to })
    if (isNew && this.options.runsHere) {
      this.run().catch((error: Error) =>
        this.dependencies.log.warn(`[ipn] cannot compare, the next job tries again: ${error.message}`)
      )
    }
    return { kind: isNew ? "started" : "already_running", id, coverage }
  }

  /**
   * Makes comparisons that wait, one after another; returns how many it worked on. Any number of processes may do it at
   * the same time: each comparison is one process's until its lease ends.
   */
  async run(maxComparisons = 10): Promise<number> {
    const accounts = [...this.dependencies.accounts.keys()].filter((id) => this.coverage(id) !== "none")
    for (let made = 0; made < maxComparisons; made++) {
      const claim = await claimComparison(this.dependencies.db, accounts)
      if (!claim) return made
      await this.compare(claim)
    }
    return maxComparisons
  }

  /** Stores what the gateway said of a difference, which is then settled like any message. */
  async pull(differenceId: string, actorId: string): Promise<DifferenceAction> {
    const { db, store } = this.dependencies
    const difference = await readOpenDifference(db, differenceId)
    if ("kind" in difference) return difference
    if (difference.told.length === 0) return { kind: "nothing_told" }
    const newEvents = await store(difference.accountId, difference.told)
    return this.end(differenceId, { state: "pulled", actorId }, newEvents)
  }

  /** Notes that a difference is right as it is, with who said so and why. */
  async explain(differenceId: string, actorId: string, note: string): Promise<DifferenceAction> {
    const difference = await readOpenDifference(this.dependencies.db, differenceId)
    if ("kind" in difference) return difference
    return this.end(differenceId, { state: "explained", actorId, note }, 0)
  }

  private async end(
    id: string,
    end: Parameters<typeof endDifference>[2],
    newEvents: number
  ): Promise<DifferenceAction> {
    if (await endDifference(this.dependencies.db, id, end)) return { kind: "done", newEvents }
    const now = await readOpenDifference(this.dependencies.db, id)
    return "kind" in now ? now : { kind: "not_found" }
  }

  private async compare(claim: ComparisonClaim): Promise<void> {
    const { db, sorting, accounts, io, log } = this.dependencies
    let held: ComparisonClaim | undefined = claim
    try {
      await sorting.sort()
      for await (const { compared, found } of comparePeriod(db, accounts.get(claim.accountId)!, claim, io)) {
        held = await noteProgress(db, held, compared, found)
        if (!held) return // another process has it by now
      }
      await endComparison(db, held, { state: "done" })
    } catch (error) {
      const why = (error as Error).message
      log.warn(`[ipn] [${claim.accountId}] the comparison ${claim.id} could not be made: ${why}`)
      if (held) await endComparison(db, held, this.failed(claim, why))
    }
  }

  private failed({ ageMs }: ComparisonClaim, error: string): Parameters<typeof endComparison>[2] {
    if (ageMs > giveUpAfterMs) return { state: "failed", error }
    return { state: "waiting", error, againInMs: Math.min(Math.max(ageMs / 2, 30_000), 900_000) }
  }
}

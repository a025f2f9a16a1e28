import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import {
  askAfterMinutes,
  askAgainMs,
  askGapMs,
  askNeedOf,
  awaitedBeyondPayment,
  type AskNeed,
} from "../../../domain/asking"
import type { Facts } from "../../../domain/fold"
import { readLaneKey } from "../../../domain/lane-key"
import type { PaymentEvent } from "../../../domain/payment-event"
import type { ConfiguredAccount } from "../../../gateways/configured-account"
import type { Io } from "../../../gateways/gateway"
import { noteSilentSessions } from "./silent-sessions"
import { findExpected, type ExpectedPayment } from "../inbox/expected-payments"
import type { Sorting } from "../inbox/sorting"
import { askAbout } from "./ask-about"
import { askable } from "./askable"
import { askEverySeconds, awaitAnswers, claimDueAsks, endAsks, takeTurn, type DueAsk } from "./due-asks"
import { askBeforeCancelling, listUnpaidOrders, type UnpaidOrder, type UnpaidVerdict } from "./unpaid-orders"

/** What asking and comparing need of the module that they are part of. */
export type AskingDependencies = Readonly<{
  db: Knex
  sorting: Pick<Sorting, "sort">
  accounts: ReadonlyMap<string, ConfiguredAccount>
  io: Io
  /** Stores events and has them settled; says how many were new. */
  store(accountId: string, events: readonly PaymentEvent[]): Promise<number>
  log: Readonly<{ warn(line: string): void }>
}>

/** How one question ended. `too_soon` is for a 429, `unreachable` for a 503; nothing is concluded from either. */
export type Asked =
  | Readonly<{ kind: "asked"; told: readonly PaymentEvent[]; newEvents: number; askedAt: Date }>
  | Readonly<{ kind: "too_soon"; retryAfterSeconds: number }>
  | Readonly<{ kind: "unknown_payment" }>
  | Readonly<{ kind: "cannot_be_asked"; why: string }>
  | Readonly<{ kind: "unreachable"; why: string }>

/** What one run of the schedule did. */
export type AskRun = Readonly<{ asked: number; newEvents: number; failed: number; closed: number }>

const batchSize = 50
const asksAtOnce = 5
const failuresUntilGivenUp = 3
const giveUpAfterMs = 30 * 86_400_000
/** How soon to look again at a payment of which an answer told something new, before it is known what. */
const lookAgainMs = 3_600_000

/** Asks gateways about payments by ourselves: when they were told nothing, or not enough, for too long. */
export class Asking {
  constructor(private readonly dependencies: AskingDependencies) {}

  /** When a payment that is about to be started is asked about first; undefined where nobody can be asked. Milliseconds. */
  firstAskMs(accountId: string): number | undefined {
    const configured = this.askable(accountId)
    return configured && askGapMs("payment", 0, scheduleOf(configured), Math.random())
  }

  /**
   * Called with the facts of a lane whenever it was settled: a refund or a dispute that is open is asked about again,
   * also long after the payment was paid. Everything else about a question follows from the facts when it is due.
   */
  async follow(accountId: string, laneKey: string, facts: unknown): Promise<void> {
    const { kind, value } = readLaneKey(laneKey)
    const { refunds = [], disputes = [] } = facts as Partial<Facts>
    const need = awaitedBeyondPayment({ refunds, disputes })
    const configured = this.askable(accountId)
    if (kind !== "ref" || !need || !configured) return
    const gapMs = askGapMs(need, 0, scheduleOf(configured), Math.random())
    if (gapMs !== undefined) await awaitAnswers(this.dependencies.db, accountId, value, gapMs)
  }

  /** Asks about one payment now, at most once in ten seconds. What the gateway tells is stored and settled like any message. */
  async askNow(accountId: string, reference: string): Promise<Asked> {
    const { db, accounts } = this.dependencies
    const configured = accounts.get(accountId)
    if (!configured) return { kind: "cannot_be_asked", why: `No account "${accountId}" is configured.` }
    if (!this.askable(accountId)) return { kind: "cannot_be_asked", why: whyNot(configured) }
    const expected = await findExpected(db, accountId, reference)
    return expected ? this.ask(expected, configured) : { kind: "unknown_payment" }
  }

  /**
   * What the gateway says of a payment this minute, stored and settled like any message; nothing of an account that can
   * never be asked, as without an API key.
   * @throws Error while the gateway cannot answer.
   */
  async askAtOnce(expected: ExpectedPayment): Promise<void> {
    const { db, accounts, io, store } = this.dependencies
    const configured = accounts.get(expected.accountId)
    if (configured) await store(expected.accountId, await askAbout(db, configured, expected, io))
  }

  /**
   * Asks about the payments that are due, several at once, in batches, until none is left or the bounds are reached.
   * Any number of processes may do it at the same time. A gateway that fails three times in a row is left alone until
   * the next run.
   */
  async askDue(bounds: { maxPayments?: number; maxMs?: number } = {}): Promise<AskRun> {
    const { maxPayments = 500, maxMs = 45_000 } = bounds
    const accounts = [...this.dependencies.accounts.keys()].filter((id) => this.askable(id))
    await noteSilentSessions(this.dependencies.db, this.takenOver(accounts))
    const run = new Run()
    const until = Date.now() + maxMs
    for (let left = maxPayments; left > 0 && Date.now() < until;) {
      const due = await claimDueAsks(this.dependencies.db, accounts, Math.min(batchSize, left))
      await inParallel(due, asksAtOnce, (one) => this.askOneDue(one, run))
      left -= due.length
      if (due.length < batchSize) break
    }
    this.tellFailures(run)
    return run.result()
  }

  /** Orders placed more than so many hours ago that are unpaid by all we know, in pages. */
  async listUnpaidOrders(options: Parameters<typeof listUnpaidOrders>[1]): Promise<UnpaidOrder[]> {
    return listUnpaidOrders(this.dependencies.db, options)
  }

  /** Whether an unpaid order may be cancelled, by what its gateways say this minute. What they tell is stored and settled. */
  async askBeforeCancelling(order: UnpaidOrder): Promise<UnpaidVerdict> {
    return askBeforeCancelling(
      this.dependencies.db,
      this.dependencies.sorting,
      (accountId, reference) => this.askNow(accountId, reference),
      order
    )
  }

  private async askOneDue(due: DueAsk, run: Run): Promise<void> {
    const { db } = this.dependencies
    const need = askNeedOf(due.standing)
    const configured = this.askable(due.expected.accountId)
    if (!need || !configured) {
      run.closed++
      await endAsks(db, [{ due, nextMs: undefined, answered: false }])
      return
    }
    const { accountId } = due.expected
    if (run.isGivenUp(accountId)) {
      await endAsks(db, [{ due, nextMs: askAgainMs(due.ageMs, Math.random()), answered: false }])
      return
    }
    const asked = await this.ask(due.expected, configured)
    run.note(accountId, asked)
    await endAsks(db, [{ due, ...next(due, need, asked, scheduleOf(configured)) }])
  }

  private async ask(expected: ExpectedPayment, configured: ConfiguredAccount): Promise<Asked> {
    const { account, gateway } = configured
    const { db, io, store } = this.dependencies
    if (!(await takeTurn(db, expected))) return { kind: "too_soon", retryAfterSeconds: askEverySeconds }
    const askedAt = io.now()
    let told: readonly PaymentEvent[]
    try {
      told = await askAbout(db, configured, expected, io)
    } catch (error) {
      return { kind: "unreachable", why: `${gateway.title} could not be asked: ${(error as Error).message}` }
    }
    return { kind: "asked", told, newEvents: await store(account.id, told), askedAt }
  }

  /** Of these accounts those whose payments another provider starts, with that provider. */
  private takenOver(accountIds: readonly string[]): ReadonlyMap<string, string> {
    return new Map(
      accountIds.flatMap((id) => {
        const configured = this.dependencies.accounts.get(id)
        return configured?.takenOver ? [[configured.providerId, id]] : []
      })
    )
  }

  private askable(accountId: string): ConfiguredAccount | undefined {
    const configured = this.dependencies.accounts.get(accountId)
    return configured && askable(configured).fetch ? configured : undefined
  }

  private tellFailures(run: Run): void {
    for (const [accountId, { failed, why }] of run.failures) {
      this.dependencies.log.warn(
        `[ipn] [${accountId}] ${failed} payments could not be asked about and are asked again later. ${why}`
      )
    }
  }
}

/** Counts one run, and knows which gateways are left alone for the rest of it. */
class Run {
  closed = 0
  readonly failures = new Map<string, { failed: number; inARow: number; why: string }>()
  private asked = 0
  private newEvents = 0

  note(accountId: string, asked: Asked): void {
    if (asked.kind === "asked") {
      this.asked++
      this.newEvents += asked.newEvents
      const known = this.failures.get(accountId)
      if (known) known.inARow = 0
    } else if (asked.kind === "unreachable") {
      const { failed = 0, inARow = 0 } = this.failures.get(accountId) ?? {}
      this.failures.set(accountId, { failed: failed + 1, inARow: inARow + 1, why: asked.why })
    }
  }

  isGivenUp(accountId: string): boolean {
    return (this.failures.get(accountId)?.inARow ?? 0) >= failuresUntilGivenUp
  }

  result(): AskRun {
    const failed = [...this.failures.values()].reduce((total, one) => total + one.failed, 0)
    return { asked: this.asked, newEvents: this.newEvents, failed, closed: this.closed }
  }
}

function next(
  due: DueAsk,
  need: AskNeed,
  asked: Asked,
  schedule: readonly number[]
): { nextMs: number | undefined; answered: boolean } {
  if (asked.kind === "asked") {
    const gapMs = askGapMs(need, due.asks + 1, schedule, Math.random())
    return { nextMs: gapMs ?? (asked.newEvents > 0 ? lookAgainMs : undefined), answered: true }
  }
  // A refund or dispute has its own, slow rhythm, which a failed question takes part in.
  if (need !== "payment" && asked.kind === "unreachable") {
    return { nextMs: askGapMs(need, due.asks + 1, schedule, Math.random()), answered: true }
  }
  const isTooOld = need === "payment" && due.ageMs > giveUpAfterMs
  return { nextMs: isTooOld ? undefined : askAgainMs(due.ageMs, Math.random()), answered: false }
}

function scheduleOf(configured: ConfiguredAccount): readonly number[] {
  return askable(configured).askAfterMinutes ?? askAfterMinutes
}

function whyNot({ takenOver, gateway, providerId }: ConfiguredAccount): string {
  return takenOver
    ? `The payments of ${providerId} are made by another plugin, and this account has nothing to ask their gateway with: look it up in the gateway's own dashboard.`
    : `${gateway.title} cannot be asked about payments through this account: look it up in ${gateway.title}'s own dashboard.`
}

/** Runs the work for every item, so many side by side. */
export async function inParallel<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>
): Promise<void> {
  const waiting = [...items]
  const take = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, take))
}

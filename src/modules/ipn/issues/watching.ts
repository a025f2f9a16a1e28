import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { disputeUrgentMs } from "../../../domain/issues"
import type { IssueKind } from "../../../domain/issue-kinds"
import type { Issue } from "../../../domain/issues"
import type { Agreed } from "./agree"
import type { Issues } from "./issues"
import { findBursts, findFailing, findSilent, findUnreadable } from "./watch-accounts"
import { gapIssues, unpaidIssues, type LedgerGap, type UnpaidOrder } from "./watch-orders"

/** What was found, and whether that is all there is: what is only a part resolves nothing. */
export type Found<T> = Readonly<{ rows: readonly T[]; complete: boolean }>

/** Finds the problems that no single payment shows. Any number of processes may watch at once; what is gone resolves itself. */
export class Watching {
  constructor(
    private readonly db: Knex,
    private readonly issues: Issues,
    private readonly accounts: readonly string[]
  ) {}

  /** Looks at the accounts, by indexes and with bounds: cheap enough for every minute. */
  async watchAccounts(
    settings: Readonly<{ silenceHours: number | null; paused: readonly string[] }>
  ): Promise<Agreed[]> {
    const { silenceHours, paused } = settings
    const awake = this.accounts.filter((account) => !paused.includes(account))
    return [
      await this.issues.escalate("dispute_opened", disputeUrgentMs),
      await this.agree("settling_failing", [
        ...(await findFailing(this.db, paused)),
        ...(await findUnreadable(this.db)),
      ]),
      await this.agree("verification_burst", await findBursts(this.db)),
      await this.agree("gateway_silent", await findSilent(this.db, awake, { silenceHours, now: Date.now() })),
    ]
  }

  async watchUnpaidOrders({ rows, complete }: Found<UnpaidOrder>): Promise<Agreed> {
    return this.agree("order_unpaid_too_long", await unpaidIssues(this.db, rows), complete)
  }

  async watchLedger({ rows, complete }: Found<LedgerGap>): Promise<Agreed> {
    return this.agree("ledger_gap", gapIssues(rows), complete)
  }

  private agree(kind: IssueKind, holding: readonly Issue[], complete = true): Promise<Agreed> {
    return this.issues.agree({ kinds: complete ? [kind] : [] }, holding)
  }
}

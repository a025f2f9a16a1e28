import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { Settings } from "../../../config/settings"
import type { IssueKind } from "../../../domain/issue-kinds"
import { disputeUrgentMs, type Issue } from "../../../domain/issues"
import { listUnpaidOrders, type UnpaidOrder } from "../asking/unpaid-orders"
import { findDrift, type Drift } from "../ledger/drift"
import type { Agreed } from "./agree"
import type { Issues, OpenIssue } from "./issues"
import { findBursts, findFailing, findSilent, findUnreadable } from "./watch-accounts"
import { gapIssues, unpaidAfterHours, unpaidIssues } from "./watch-orders"

const orderKinds: readonly IssueKind[] = ["order_unpaid_too_long", "ledger_gap"]
const pageSize = 500
const maxPages = 10
const ordersAtOnce = 200
/** How far back orders are compared with the ledger. */
const comparedDays = 90

type Decided = Pick<Settings, "accounts" | "orders" | "reconcile">

/** Finds the problems that no single payment shows. Any number of processes may watch at once; what is gone resolves itself. */
export class Watching {
  constructor(
    private readonly db: Knex,
    private readonly issues: Issues,
    private readonly accounts: readonly string[]
  ) {}

  /** Looks at the accounts, by indexes and with bounds: cheap enough for every minute. */
  async watchAccounts(settings: Decided): Promise<void> {
    const { paused } = settings.accounts
    await this.issues.escalate("dispute_opened", disputeUrgentMs)
    await this.issues.agree({ kinds: ["settling_failing"] }, [
      ...(await findFailing(this.db, paused)),
      ...(await findUnreadable(this.db)),
    ])
    await this.issues.agree({ kinds: ["verification_burst"] }, await findBursts(this.db))
    await this.issues.agree({ kinds: ["gateway_silent"] }, await this.silent(this.accounts, settings))
  }

  /** Something was told of an account: where it was silent, that may be over. */
  async lookAtAccount(accountId: string, settings: Decided): Promise<Agreed | undefined> {
    const scope = { kinds: ["gateway_silent"], subject: accountId } as const
    if ((await this.issues.open(scope, 1)).length === 0) return undefined
    return this.issues.agree(scope, await this.silent([accountId], settings))
  }

  /** Looks at all orders: raises what is wrong with them, and resolves what is over. */
  async watchOrders(settings: Decided): Promise<void> {
    const olderThanHours = unpaidAfterHours(settings)
    await eachPage(
      (last: UnpaidOrder | undefined) =>
        listUnpaidOrders(this.db, { olderThanHours, limit: pageSize, after: last?.orderId ?? "" }),
      async (orders) => this.raise(await unpaidIssues(this.db, orders))
    )
    const from = new Date(Date.now() - comparedDays * 24 * 3_600_000)
    await eachPage(
      (_: Drift | undefined, offset) => findDrift(this.db, { from, limit: pageSize, offset }),
      (gaps) => this.raise(gapIssues(gaps))
    )
    const open = ordersOf(await this.issues.open({ kinds: orderKinds }))
    for (let at = 0; at < open.length; at += ordersAtOnce) {
      await this.lookAtOrders(open.slice(at, at + ordersAtOnce), settings)
    }
  }

  /** Something happened to these orders: what was wrong with them and is over is resolved. Raises nothing new. */
  async lookAtOrders(among: readonly string[], settings: Decided): Promise<Agreed> {
    const open = await this.issues.open({ kinds: orderKinds, orderIds: among })
    const orderIds = ordersOf(open)
    if (orderIds.length === 0) return { opened: [], resolved: [] }
    const known = new Set(open.map(keyOf))
    const olderThanHours = unpaidAfterHours(settings)
    const unpaid = await listUnpaidOrders(this.db, { olderThanHours, orderIds, limit: orderIds.length })
    // Also while something moves in an order: what is open stays open until both sides agree.
    const gaps = await findDrift(this.db, { orderIds, quietForMs: 0, limit: 1_000 })
    const found = [...(await unpaidIssues(this.db, unpaid)), ...gapIssues(gaps)]
    const holding = found.filter((issue) => known.has(keyOf(issue)))
    return this.issues.agree({ kinds: orderKinds, orderIds }, holding)
  }

  private async silent(accounts: readonly string[], { accounts: { paused }, reconcile }: Decided) {
    const awake = accounts.filter((account) => !paused.includes(account))
    return findSilent(this.db, awake, { silenceHours: reconcile.silence_hours, now: Date.now() })
  }

  /** A page is only a part: it resolves nothing. */
  private async raise(issues: readonly Issue[]): Promise<void> {
    await this.issues.agree({ kinds: [] }, issues)
  }
}

function keyOf({ kind, subject }: Pick<Issue, "kind" | "subject">): string {
  return `${kind} ${subject}`
}

function ordersOf(open: readonly OpenIssue[]): string[] {
  return [...new Set(open.flatMap(({ orderId }) => orderId ?? []))]
}

async function eachPage<T>(
  read: (last: T | undefined, offset: number) => Promise<T[]>,
  work: (rows: T[]) => Promise<void>
): Promise<void> {
  let last: T | undefined
  for (let page = 0; page < maxPages; page++) {
    const rows = await read(last, page * pageSize)
    if (rows.length > 0) await work(rows)
    if (rows.length < pageSize) return
    last = rows.at(-1)
  }
}

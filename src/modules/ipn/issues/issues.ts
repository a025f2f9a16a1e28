import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { IssueKind } from "../../../domain/issue-kinds"
import type { Issue } from "../../../domain/issues"
import type { Outbox } from "../outbox/outbox"
import { busChannel } from "../outbox/bus"
import { tell, type Told } from "../outbox/tell"
import { agree, type Agreed, type IssueScope } from "./agree"
import { listIssues, retrieveIssue, type IssueFilters, type IssuePage } from "./list-issues"
import { issueColumns, readIssue, type IssueRow, type IssueStatus, type StoredIssue } from "./stored-issue"

/** Who does something about an issue, and why. */
export type Actor = Readonly<{ actor_id: string; note?: string | undefined }>

/** What is enough to know an issue again. */
export type OpenIssue = Readonly<{ kind: IssueKind; subject: string; orderId: string | null }>

/** `not_possible` shows what it has become meanwhile. */
export type Acted =
  | Readonly<{ kind: "done"; issue: StoredIssue }>
  | Readonly<{ kind: "not_found" }>
  | Readonly<{ kind: "not_possible"; issue: StoredIssue }>

type Action = Readonly<{ from: readonly IssueStatus[]; to: IssueStatus }>

const actions = {
  acknowledge: { from: ["open"], to: "acknowledged" },
  resolve: { from: ["open", "acknowledged", "ignored"], to: "resolved" },
  ignore: { from: ["open", "acknowledged"], to: "ignored" },
  reopen: { from: ["acknowledged", "resolved", "ignored"], to: "open" },
} as const satisfies Record<string, Action>

/** The problems that the owner should know of. What opens and resolves is told on Medusa's event bus, in the same commit. */
export class Issues {
  constructor(
    private readonly db: Knex,
    private readonly outbox: Pick<Outbox, "wake">,
    /** What else is to be told of an issue, in the same commit. */
    private readonly alerts?: Readonly<{ ofIssues(): Promise<(told: Told, issue: StoredIssue) => Told[]> }>
  ) {}

  /**
   * Makes the stored issues of a scope agree with those that hold now, and says which opened and which were resolved by
   * that. Safe to call with the same again and again, and by several at once.
   */
  async agree(scope: IssueScope, holding: readonly Issue[]): Promise<Agreed> {
    if (holding.length === 0 && !(await this.hasOpen(scope))) return { opened: [], resolved: [] }
    return this.andTell((trx) => agree(trx, scope, holding))
  }

  /** Raises one issue and leaves all others alone. */
  async raise(issue: Issue): Promise<Agreed> {
    return this.agree({ kinds: [issue.kind], subject: issue.subject }, [issue])
  }

  /**
   * Makes issues urgent whose deadline is near, and opens them again: whoever saw them before is told once more.
   * @param withinMs how near
   */
  async escalate(kind: IssueKind, withinMs: number): Promise<Agreed> {
    return this.andTell(async (trx) => {
      const { rows } = await trx.raw(
        `update ipn_issue set severity = 'urgent', status = 'open', count = count + 1, actor_id = null, updated_at = now()
         where id in (
           select id from ipn_issue
           where kind = ? and status in ('open', 'acknowledged') and severity <> 'urgent'
             and due_at < now() + ? * interval '1 millisecond' and deleted_at is null
           order by kind, subject for update
         ) returning ${issueColumns}`,
        [kind, withinMs]
      )
      return { opened: (rows as IssueRow[]).map(readIssue), resolved: [] }
    })
  }

  async list(filters: IssueFilters = {}, page: Parameters<typeof listIssues>[2] = {}): Promise<IssuePage> {
    return listIssues(this.db, filters, page)
  }

  /** What is open or acknowledged of a scope, by order. One look by index: most lanes and orders have no issue at all. */
  async open({ kinds, laneId, subject, orderIds }: IssueScope, limit?: number): Promise<OpenIssue[]> {
    const { rows } = await this.db.raw(
      `select kind, subject, order_id as "orderId" from ipn_issue
       where status in ('open', 'acknowledged') and kind = any(?::text[]) and deleted_at is null
         and (?::text is null or lane_id = ?) and (?::text is null or subject = ?)
         and (?::text[] is null or order_id = any(?::text[]))
       order by order_id, kind, subject limit ?`,
      [
        [...kinds],
        ...[laneId, laneId, subject, subject].map((value) => value ?? null),
        ...[orderIds, orderIds].map((ids) => (ids ? [...ids] : null)),
        limit ?? null,
      ]
    )
    return rows as OpenIssue[]
  }

  async retrieve(id: string): Promise<StoredIssue | undefined> {
    return retrieveIssue(this.db, id)
  }

  /** Somebody looks after it: it stays until its cause is gone, and alarms nobody. */
  async acknowledge(id: string, actor: Actor): Promise<Acted> {
    return this.act(id, actions.acknowledge, actor)
  }

  /** It is dealt with. It opens again when its cause is still there or comes back. */
  async resolve(id: string, actor: Actor): Promise<Acted> {
    return this.act(id, actions.resolve, actor)
  }

  /** Nobody wants to hear of it, unless its money or detail changes. */
  async ignore(id: string, actor: Actor): Promise<Acted> {
    return this.act(id, actions.ignore, actor)
  }

  async reopen(id: string, actor: Actor): Promise<Acted> {
    return this.act(id, actions.reopen, actor)
  }

  private async act(id: string, { from, to }: Action, { actor_id, note }: Actor): Promise<Acted> {
    let done: StoredIssue | undefined
    await this.andTell(async (trx) => {
      const { rows } = await trx.raw(
        `update ipn_issue set status = ?, actor_id = ?, note = ?, updated_at = now(),
           resolved_at = case when ? = 'resolved' then now() end,
           count = case when ? = 'open' and status in ('resolved', 'ignored') then count + 1 else count end
         where id = ? and status = any(?::text[]) and deleted_at is null
         returning ${issueColumns}`,
        [to, actor_id, note ?? null, to, to, id, [...from]]
      )
      const row = (rows as IssueRow[])[0]
      done = row && readIssue(row)
      return {
        opened: done && to === "open" ? [done] : [],
        resolved: done && to === "resolved" ? [done] : [],
      }
    })
    if (done) return { kind: "done", issue: done }
    const now = await this.retrieve(id)
    return now ? { kind: "not_possible", issue: now } : { kind: "not_found" }
  }

  /** One look by index: most lanes have no issue at all. */
  private async hasOpen(scope: IssueScope): Promise<boolean> {
    return (await this.open(scope, 1)).length > 0
  }

  private async andTell(work: (trx: Knex) => Promise<Agreed>): Promise<Agreed> {
    const alertsOf = await this.alerts?.ofIssues()
    const agreed = await this.db.transaction(async (trx) => {
      const changed = await work(trx)
      const told = [
        ...changed.opened.map((issue) => ({ issue, row: toldIssue("ipn.issue.opened", issue) })),
        ...changed.resolved.map((issue) => ({ issue, row: toldIssue("ipn.issue.resolved", issue) })),
      ]
      await tell(
        trx,
        told.flatMap(({ row, issue }) => [row, ...(alertsOf?.(row, issue) ?? [])])
      )
      return changed
    })
    if (agreed.opened.length + agreed.resolved.length > 0) this.outbox.wake()
    return agreed
  }
}

/** An issue that is raised anew is another fact: so is its end. */
function toldIssue(topic: "ipn.issue.opened" | "ipn.issue.resolved", issue: StoredIssue): Told {
  const {
    id,
    kind,
    severity,
    message,
    account_id,
    lane_id,
    order_id,
    cart_id,
    amount,
    currency_code,
    count,
  } = issue
  return {
    channel: busChannel,
    topic,
    fact: `${id}:${count}`,
    payload: {
      issue_id: id,
      kind,
      severity,
      message,
      account_id,
      lane_id,
      order_id,
      cart_id,
      amount,
      currency_code,
      due_at: issue.due_at?.toISOString() ?? null,
      count,
      by: issue.actor_id,
    },
    laneId: lane_id ?? undefined,
    orderId: order_id ?? undefined,
  }
}

import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { ulid } from "ulid"
import type { IssueKind } from "../../../domain/issue-kinds"
import type { Issue } from "../../../domain/issues"
import { compareIssues } from "./compare-issues"
import { issueColumns, readIssue, type IssueRow, type StoredIssue } from "./stored-issue"

/** Whose issues are compared: those of these kinds, of one lane, of one subject, of these orders, or all of them. */
export type IssueScope = Readonly<{
  kinds: readonly IssueKind[]
  laneId?: string
  subject?: string
  orderIds?: readonly string[]
}>

/** What changed: nothing in most cases. */
export type Agreed = Readonly<{ opened: readonly StoredIssue[]; resolved: readonly StoredIssue[] }>

/**
 * Makes the stored issues of a scope agree with those that hold now, in the caller's transaction. See
 * {@link compareIssues} for what becomes of each.
 */
export async function agree(trx: Knex, scope: IssueScope, holding: readonly Issue[]): Promise<Agreed> {
  const { raise, reopen, refresh, resolve } = compareIssues(await lockKnown(trx, scope, holding), holding)
  const raised = await insert(trx, raise)
  const reopened = await update(trx, reopen, true)
  await update(trx, refresh, false)
  const resolved = await resolveThem(trx, resolve)
  return { opened: [...raised, ...reopened], resolved }
}

/** Always in the same order, so that two who agree on one scope wait for each other instead of dying together. */
async function lockKnown(trx: Knex, scope: IssueScope, holding: readonly Issue[]): Promise<StoredIssue[]> {
  const { rows } = await trx.raw(
    `select ${issueColumns} from ipn_issue
     where id in (
       select id from ipn_issue
       where kind = any(?::text[]) and status <> 'resolved' and (?::text is null or lane_id = ?)
         and (?::text is null or subject = ?) and (?::text[] is null or order_id = any(?::text[])) and deleted_at is null
       union
       select known.id from json_to_recordset(?::json) as held(kind text, subject text)
       join ipn_issue known on known.kind = held.kind and known.subject = held.subject and known.deleted_at is null
     )
     order by kind, subject for update`,
    [
      [...scope.kinds],
      scope.laneId ?? null,
      scope.laneId ?? null,
      scope.subject ?? null,
      scope.subject ?? null,
      scope.orderIds ? [...scope.orderIds] : null,
      scope.orderIds ? [...scope.orderIds] : null,
      JSON.stringify(holding.map(({ kind, subject }) => ({ kind, subject }))),
    ]
  )
  return (rows as IssueRow[]).map(readIssue)
}

const issueRecord = `i(id text, kind text, subject text, severity text, account_id text, lane_id text, order_id text,
  cart_id text, amount text, currency_code text, detail jsonb, due_at timestamptz)`

/** What somebody else raised in the same moment is theirs. */
async function insert(trx: Knex, issues: readonly Issue[]): Promise<StoredIssue[]> {
  if (issues.length === 0) return []
  const { rows } = await trx.raw(
    `insert into ipn_issue (id, kind, subject, severity, account_id, lane_id, order_id, cart_id, amount, currency_code,
       detail, due_at, first_seen_at, last_seen_at)
     select i.*, now(), now() from json_to_recordset(?::json) as ${issueRecord}
     order by kind, subject
     on conflict (kind, subject) where deleted_at is null do nothing
     returning ${issueColumns}`,
    [JSON.stringify(issues.map((issue) => write(`ipniss_${ulid()}`, issue)))]
  )
  return (rows as IssueRow[]).map(readIssue)
}

async function update(
  trx: Knex,
  issues: readonly Readonly<{ id: string; issue: Issue }>[],
  opens: boolean
): Promise<StoredIssue[]> {
  if (issues.length === 0) return []
  const { rows } = await trx.raw(
    `with told as (select * from json_to_recordset(?::json) as ${issueRecord})
     update ipn_issue known set
       ${opens ? "status = 'open', count = count + 1, resolved_at = null, actor_id = null, note = null," : ""}
       severity = told.severity, account_id = told.account_id, lane_id = told.lane_id,
       order_id = coalesce(told.order_id, known.order_id), cart_id = coalesce(told.cart_id, known.cart_id),
       amount = told.amount, currency_code = told.currency_code, detail = told.detail, due_at = told.due_at,
       last_seen_at = now(), updated_at = now()
     from told where known.id = told.id
     returning ${issueColumns.replace(/\w+/g, "known.$&")}`,
    [JSON.stringify(issues.map(({ id, issue }) => write(id, issue)))]
  )
  return (rows as IssueRow[]).map(readIssue)
}

async function resolveThem(trx: Knex, ids: readonly string[]): Promise<StoredIssue[]> {
  if (ids.length === 0) return []
  const { rows } = await trx.raw(
    `update ipn_issue set status = 'resolved', resolved_at = now(), actor_id = null, note = null, updated_at = now()
     where id = any(?::text[]) returning ${issueColumns}`,
    [[...ids]]
  )
  return (rows as IssueRow[]).map(readIssue)
}

function write(id: string, issue: Issue) {
  return {
    id,
    kind: issue.kind,
    subject: issue.subject,
    severity: issue.severity,
    account_id: issue.accountId ?? null,
    lane_id: issue.laneId ?? null,
    order_id: issue.orderId ?? null,
    cart_id: issue.cartId ?? null,
    amount: issue.money?.amount ?? null,
    currency_code: issue.money?.currency ?? null,
    detail: issue.detail,
    due_at: issue.dueAt === undefined ? null : new Date(issue.dueAt).toISOString(),
  }
}

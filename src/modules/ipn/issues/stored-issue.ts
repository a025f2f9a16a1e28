import type { IssueKind, Severity } from "../../../domain/issue-kinds"
import type { Issue, IssueDetail } from "../../../domain/issues"
import { tellIssue } from "../../../domain/tell-issue"

export const issueStatuses = ["open", "acknowledged", "resolved", "ignored"] as const
export type IssueStatus = (typeof issueStatuses)[number]

/** A row of `ipn_issue` as everybody reads it. */
export type StoredIssue = Readonly<{
  id: string
  kind: IssueKind
  subject: string
  severity: Severity
  status: IssueStatus
  /** What happened, in one plain English sentence with its amounts. */
  message: string
  account_id: string | null
  lane_id: string | null
  order_id: string | null
  cart_id: string | null
  /** The money at stake: decimal string in major units. */
  amount: string | null
  currency_code: string | null
  detail: IssueDetail
  due_at: Date | null
  /** How often it was raised anew. */
  count: number
  first_seen_at: Date
  last_seen_at: Date
  resolved_at: Date | null
  actor_id: string | null
  note: string | null
}>

export type IssueRow = Omit<StoredIssue, "message" | "detail"> & { detail: IssueDetail | null }

export const issueColumns = `id, kind, subject, severity, status, account_id, lane_id, order_id, cart_id, amount,
  currency_code, detail, due_at, count, first_seen_at, last_seen_at, resolved_at, actor_id, note`

export function readIssue(row: IssueRow): StoredIssue {
  const detail = row.detail ?? {}
  const money =
    row.amount !== null && row.currency_code !== null
      ? { amount: row.amount, currency: row.currency_code }
      : undefined
  const told: Pick<Issue, "kind" | "detail" | "money" | "accountId" | "dueAt" | "subject"> = {
    kind: row.kind,
    subject: row.subject,
    detail,
    money,
    accountId: row.account_id ?? undefined,
    dueAt: row.due_at?.getTime(),
  }
  return { ...row, detail, message: tellIssue(told) }
}

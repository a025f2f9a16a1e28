import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { IssueKind, Severity } from "../../../domain/issue-kinds"
import {
  issueColumns,
  issueStatuses,
  readIssue,
  type IssueRow,
  type IssueStatus,
  type StoredIssue,
} from "./stored-issue"

export type IssueFilters = Readonly<{
  status?: readonly IssueStatus[] | undefined
  kind?: readonly IssueKind[] | undefined
  severity?: readonly Severity[] | undefined
  account_id?: readonly string[] | undefined
  order_id?: readonly string[] | undefined
  lane_id?: readonly string[] | undefined
  /** Part of an order's, cart's, lane's or gateway's id, of a kind or of an amount. */
  q?: string | undefined
}>

/** The most urgent first, then the newest; or by one column. */
export type IssueOrder =
  "urgency" | "last_seen_at" | "-last_seen_at" | "first_seen_at" | "-first_seen_at" | "due_at"

const orders: Readonly<Record<IssueOrder, string>> = {
  urgency: `array_position(array['urgent', 'warning', 'info'], severity), due_at nulls last, last_seen_at desc, id`,
  last_seen_at: "last_seen_at, id",
  "-last_seen_at": "last_seen_at desc, id desc",
  first_seen_at: "first_seen_at, id",
  "-first_seen_at": "first_seen_at desc, id desc",
  due_at: "due_at nulls last, id",
}

export type IssuePage = Readonly<{
  issues: readonly StoredIssue[]
  /** How many there are with these filters, on all pages. */
  count: number
  /** How many there are with these filters but the status, by status. */
  counts: Readonly<Record<IssueStatus, number>>
}>

/** One page of issues. */
export async function listIssues(
  db: Knex,
  filters: IssueFilters = {},
  page: Readonly<{ take?: number; skip?: number; order?: IssueOrder }> = {}
): Promise<IssuePage> {
  const { where, values } = whereOf(filters)
  const [{ rows: counted }, { rows: found }] = await Promise.all([
    db.raw(
      `select status, count(*)::int as issues from ipn_issue where deleted_at is null ${where} group by status`,
      values
    ) as Promise<{ rows: { status: IssueStatus; issues: number }[] }>,
    db.raw(
      `select ${issueColumns} from ipn_issue where deleted_at is null ${where}
         and (?::text[] is null or status = any(?::text[]))
       order by ${orders[page.order ?? "urgency"]} limit ? offset ?`,
      [
        ...values,
        filters.status ? [...filters.status] : null,
        filters.status ? [...filters.status] : null,
        page.take ?? 20,
        page.skip ?? 0,
      ]
    ) as Promise<{ rows: IssueRow[] }>,
  ])
  const of = (status: IssueStatus) => counted.find((row) => row.status === status)?.issues ?? 0
  const counts = {
    open: of("open"),
    acknowledged: of("acknowledged"),
    resolved: of("resolved"),
    ignored: of("ignored"),
  }
  const asked = filters.status ?? issueStatuses
  return {
    issues: found.map(readIssue),
    count: [...new Set(asked)].reduce((sum, status) => sum + counts[status], 0),
    counts,
  }
}

export async function retrieveIssue(db: Knex, id: string): Promise<StoredIssue | undefined> {
  const { rows } = await db.raw(`select ${issueColumns} from ipn_issue where id = ? and deleted_at is null`, [
    id,
  ])
  const row = (rows as IssueRow[])[0]
  return row && readIssue(row)
}

const listed = ["kind", "severity", "account_id", "order_id", "lane_id"] as const
const searched = ["kind", "subject", "order_id", "cart_id", "lane_id", "account_id", "amount", "detail::text"]

function whereOf(filters: IssueFilters): { where: string; values: (string | string[])[] } {
  const values: (string | string[])[] = []
  let where = ""
  for (const column of listed) {
    const wanted = filters[column]
    if (!wanted) continue
    where += ` and ${column} = any(?::text[])`
    values.push([...wanted])
  }
  const text = filters.q?.trim()
  if (text) {
    where += ` and concat_ws(' ', ${searched.join(", ")}) ilike ?`
    values.push(`%${text.replace(/[\\%_]/g, "\\$&")}%`)
  }
  return { where, values }
}

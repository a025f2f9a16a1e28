import { useTranslation } from "react-i18next"
import { tell, type Query } from "../client/ask"
import { useAction } from "../client/use-action"
import { useAnswer } from "../client/use-answer"

export type IssueStatus = "open" | "acknowledged" | "resolved" | "ignored"
export type Severity = "info" | "warning" | "urgent"
type Amount = Readonly<{ amount: string; currency: string }>

/** One problem that an owner is told of. */
export type Issue = Readonly<{
  id: string
  kind: string
  subject: string
  severity: Severity
  status: IssueStatus
  /** In English. */
  message: string
  account_id: string | null
  lane_id: string | null
  order_id: string | null
  order_display_id: number | null
  cart_id: string | null
  amount: string | null
  currency_code: string | null
  detail: Readonly<{
    reason?: string
    expected?: Amount
    told?: Amount
    resource?: string
    count?: number
    since?: string
    never?: boolean
    error?: string
  }>
  due_at: string | null
  count: number
  first_seen_at: string
  last_seen_at: string
  resolved_at: string | null
  actor_id: string | null
  note: string | null
}>

/** One page of issues, and how many each status has. */
export function useIssues(query: Query, options?: { live?: boolean }) {
  return useAnswer<{ issues: Issue[]; count: number; counts: Record<IssueStatus, number> }>(
    "/issues",
    query,
    options
  )
}

export function useIssue(id: string | undefined) {
  return useAnswer<{ issue: Issue }>(`/issues/${id ?? ""}`, {}, { enabled: id !== undefined })
}

export type IssueAction = "acknowledge" | "resolve" | "ignore" | "reopen"

/** Does something about an issue; refused when somebody else was quicker. */
export function useActOnIssue(id: string) {
  const { t } = useTranslation("ipn")
  return useAction(
    async ({ action, note }: { action: IssueAction; note: string }) => {
      await tell(`/issues/${id}/${action}`, note ? { note } : {})
      return action
    },
    (action) => t(`issues.done.${action}`)
  )
}

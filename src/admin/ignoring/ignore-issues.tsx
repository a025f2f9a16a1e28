import { Text } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { tell } from "../client/ask"
import { sayIssue, sayKind } from "../issues/say-issue"
import type { Issue, IssueStatus } from "../queries/use-issues"
import { IgnoreDrawer } from "./ignore-drawer"

type Ended = Readonly<{
  issue_id: string
  outcome: "ignored" | "changed_meanwhile" | "not_found"
  status: IssueStatus | null
}>

/** Ignores several issues: nobody is told of them again, unless what they are about changes. */
export function IgnoreIssues({ issues, onClose }: { issues: readonly Issue[]; onClose: () => void }) {
  const { t, i18n } = useTranslation("ipn")
  const possible = issues.filter(({ status }) => status === "open" || status === "acknowledged")
  const name = (issue: Issue) => `${sayKind(t, issue.kind)}: ${sayIssue(t, i18n.language, issue)}`
  return (
    <IgnoreDrawer
      title={t("ignoring.issues")}
      help={t("ignoring.issuesHelp")}
      canSubmit={possible.length > 0}
      said={(count) => t("ignoring.issuesDone", { count })}
      run={async (note) => {
        const { ignored } = await tell<{ ignored: { items: Ended[] } }>("/issues/ignore", {
          issue_ids: possible.map(({ id }) => id),
          note,
        })
        const others = ignored.items.filter(({ outcome }) => outcome !== "ignored")
        return {
          count: ignored.items.length - others.length,
          others: others.map(({ issue_id, status }) => {
            const issue = possible.find(({ id }) => id === issue_id)
            return t("ignoring.isNow", {
              what: issue ? name(issue) : issue_id,
              state: status ? t(`issues.statuses.${status}`) : t("failures.notFound"),
            })
          }),
        }
      }}
      onClose={onClose}
    >
      {possible.length > 0 && (
        <div className="flex flex-col gap-y-2">
          <Text size="small" weight="plus">
            {t("ignoring.issuesWill", { count: possible.length })}
          </Text>
          <ul className="bg-ui-bg-component border-ui-border-base txt-small flex flex-col gap-y-1 rounded-lg border p-3">
            {possible.map((issue) => (
              <li key={issue.id} className="truncate">
                {name(issue)}
              </li>
            ))}
          </ul>
        </div>
      )}
      {issues.length > possible.length && (
        <Text size="small" className="text-ui-fg-subtle">
          {t("ignoring.issuesNot", { count: issues.length - possible.length })}
        </Text>
      )}
    </IgnoreDrawer>
  )
}

import { useTranslation } from "react-i18next"
import { Badge, type BadgeColor } from "../parts/state-badge"
import type { IssueStatus, Severity } from "../queries/use-issues"

const bySeverity: Readonly<Record<Severity, BadgeColor>> = { info: "blue", warning: "orange", urgent: "red" }
const byStatus: Readonly<Record<IssueStatus, BadgeColor>> = {
  open: "purple",
  acknowledged: "blue",
  resolved: "green",
  ignored: "grey",
}

export function SeverityBadge({ severity }: { severity: Severity }) {
  const { t } = useTranslation("ipn")
  return <Badge color={bySeverity[severity]} label={t(`issues.severities.${severity}`)} />
}

export function StatusOfIssue({ status }: { status: IssueStatus }) {
  const { t } = useTranslation("ipn")
  return (
    <Badge
      color={byStatus[status]}
      label={t(`issues.statuses.${status}`)}
      help={t(`issues.statusHelp.${status}`)}
    />
  )
}

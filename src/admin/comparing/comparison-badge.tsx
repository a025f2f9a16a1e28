import { useTranslation } from "react-i18next"
import { Badge, type BadgeColor } from "../parts/state-badge"
import type { Comparison } from "../queries/use-comparisons"

const colors: Readonly<Record<Comparison["state"], BadgeColor>> = {
  waiting: "orange",
  running: "blue",
  done: "green",
  failed: "red",
}

/** How far a comparison is; one that failed says why. */
export function ComparisonBadge({ of }: { of: Comparison }) {
  const { t } = useTranslation("ipn")
  return (
    <Badge
      color={colors[of.state]}
      label={t(`comparisons.states.${of.state}`)}
      help={of.error ?? t(`comparisons.stateHelp.${of.state}`)}
    />
  )
}

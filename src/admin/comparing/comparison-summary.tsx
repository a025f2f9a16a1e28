import { Container, Heading, InlineTip, Text } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import type { Comparison, Coverage } from "../queries/use-comparisons"
import { ComparisonBadge } from "./comparison-badge"
import { sayPeriod } from "./say-period"

/** What was compared, how far it is, and what such a comparison can find at all. */
export function ComparisonSummary({ of }: { of: Comparison & { coverage: Coverage } }) {
  const { t, i18n } = useTranslation("ipn")
  return (
    <Container className="divide-y p-0">
      <div className="flex items-center justify-between gap-x-4 px-6 py-4">
        <div>
          <Heading>{of.account_id}</Heading>
          <Text size="small" className="text-ui-fg-subtle">
            {sayPeriod(of, i18n.language)}
          </Text>
        </div>
        <ComparisonBadge of={of} />
      </div>
      <dl className="grid grid-cols-3 divide-x">
        {(
          [
            ["comparisons.columns.compared", of.compared],
            ["comparisons.found", of.differences],
            ["comparisons.columns.open", of.open_differences],
          ] as const
        ).map(([title, value]) => (
          <div key={title} className="px-6 py-4">
            <dt className="txt-compact-xsmall-plus text-ui-fg-subtle">{t(title)}</dt>
            <dd className="txt-compact-large-plus tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
      {of.error && (
        <div className="px-6 py-4">
          <InlineTip variant="error" label={t("comparisons.states.failed")}>
            {of.error}
          </InlineTip>
        </div>
      )}
      {of.coverage !== "both_sides" && (
        <div className="px-6 py-4">
          <InlineTip variant="info" label={t("comparisons.coverage")}>
            {t(`comparisons.coverages.${of.coverage}`)}
          </InlineTip>
        </div>
      )}
    </Container>
  )
}

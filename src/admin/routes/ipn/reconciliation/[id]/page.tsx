import { Container } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { useParams } from "react-router-dom"
import { ComparisonSummary } from "../../../../comparing/comparison-summary"
import { DifferenceList } from "../../../../comparing/difference-list"
import { CardsSkeleton } from "../../../../parts/cards-skeleton"
import { FailureNotice } from "../../../../parts/failure-notice"
import { useComparison } from "../../../../queries/use-comparisons"

const ComparisonPage = () => {
  const { id = "" } = useParams()
  const { data, error, refetch } = useComparison(id)
  if (error && !data) return <FailureNotice error={error} retry={() => void refetch()} />
  if (!data) return <CardsSkeleton count={2} />
  return (
    <div className="flex flex-col gap-y-3">
      <ComparisonSummary of={data.reconciliation} />
      <Container className="divide-y p-0">
        <DifferenceList of={data.reconciliation} />
      </Container>
    </div>
  )
}

const Crumb = () => {
  const { t } = useTranslation("ipn")
  return <span>{t("menu.comparisons")}</span>
}

export const handle = { breadcrumb: () => <Crumb /> }

export default ComparisonPage

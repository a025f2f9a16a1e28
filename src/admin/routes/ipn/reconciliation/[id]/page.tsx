import { Container } from "@medusajs/ui"
import { useParams, type UIMatch } from "react-router-dom"
import { ComparisonSummary } from "../../../../comparing/comparison-summary"
import { DifferenceList } from "../../../../comparing/difference-list"
import { CardsSkeleton } from "../../../../parts/cards-skeleton"
import { FailureNotice } from "../../../../parts/failure-notice"
import { useComparison } from "../../../../queries/use-comparisons"

const ComparisonPage = () => {
  const { id = "" } = useParams()
  const { data, error, refetch } = useComparison(id)
  if (error && !data)
    return (
      <Container className="p-0">
        <FailureNotice error={error} retry={() => void refetch()} />
      </Container>
    )
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

export const handle = { breadcrumb: ({ params }: UIMatch) => params.id ?? "" }

export default ComparisonPage

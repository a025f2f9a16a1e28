import { defineRouteConfig } from "@medusajs/admin-sdk"
import { Container } from "@medusajs/ui"
import { ComparisonList } from "../../../comparing/comparison-list"
import { Crumb } from "../../../parts/crumb"

const ComparePage = () => (
  <Container className="divide-y p-0">
    <ComparisonList />
  </Container>
)

export const handle = { breadcrumb: () => <Crumb of="comparisons" /> }

export const config = defineRouteConfig({ label: "menu.comparisons", translationNs: "ipn", rank: 3 })

export default ComparePage

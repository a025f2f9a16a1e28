import { defineRouteConfig } from "@medusajs/admin-sdk"
import { Container } from "@medusajs/ui"
import { IssueList } from "../../../issues/issue-list"
import { Crumb } from "../../../parts/crumb"

const Page = () => (
  <Container className="divide-y p-0">
    <IssueList />
  </Container>
)

export const handle = { breadcrumb: () => <Crumb of="issues" /> }

export const config = defineRouteConfig({ label: "menu.issues", translationNs: "ipn", rank: 1 })

export default Page

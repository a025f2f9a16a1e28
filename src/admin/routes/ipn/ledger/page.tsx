import { defineRouteConfig } from "@medusajs/admin-sdk"
import { Container } from "@medusajs/ui"
import { BalanceCards } from "../../../ledger/balance-cards"
import { DriftSection } from "../../../ledger/drift-section"
import { EntryList } from "../../../ledger/entry-list"
import { Crumb } from "../../../parts/crumb"

const LedgerPage = () => (
  <div className="flex flex-col gap-y-3">
    <BalanceCards />
    <Container className="divide-y p-0">
      <EntryList />
    </Container>
    <DriftSection />
  </div>
)

export const handle = { breadcrumb: () => <Crumb of="ledger" /> }

export const config = defineRouteConfig({ label: "menu.ledger", translationNs: "ipn", rank: 2 })

export default LedgerPage

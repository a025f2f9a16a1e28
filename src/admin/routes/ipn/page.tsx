import { defineRouteConfig } from "@medusajs/admin-sdk"
import { CreditCard } from "@medusajs/icons"
import { Container } from "@medusajs/ui"
import { OverviewStrip } from "../../overview/overview-strip"
import { MessageList } from "../../messages/message-list"
import { Crumb } from "../../parts/crumb"

const Page = () => (
  <div className="flex flex-col gap-y-3">
    <OverviewStrip />
    <Container className="divide-y p-0">
      <MessageList />
    </Container>
  </div>
)

export const handle = { breadcrumb: () => <Crumb of="messages" /> }

export const config = defineRouteConfig({
  label: "menu.messages",
  translationNs: "ipn",
  icon: CreditCard,
})

export default Page

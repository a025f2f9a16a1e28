import { defineRouteConfig } from "@medusajs/admin-sdk"
import { CreditCard } from "@medusajs/icons"
import { Container } from "@medusajs/ui"
import { MessageList } from "../../messages/message-list"

const Page = () => (
  <Container className="divide-y p-0">
    <MessageList />
  </Container>
)

export const config = defineRouteConfig({
  label: "menu.messages",
  translationNs: "ipn",
  icon: CreditCard,
})

export default Page

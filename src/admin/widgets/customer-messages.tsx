import { defineWidgetConfig } from "@medusajs/admin-sdk"
import type { AdminCustomer, DetailWidgetProps } from "@medusajs/framework/types"
import { Container, Heading, Text } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { Link } from "react-router-dom"
import { Moment } from "../parts/moment"
import { Money } from "../parts/money"
import { StateBadge } from "../parts/state-badge"
import type { Message } from "../queries/message"
import { useMessages } from "../queries/use-messages"

/** The last five messages about a customer's payments. */
const CustomerMessages = ({ data: customer }: DetailWidgetProps<AdminCustomer>) => {
  const { t } = useTranslation("ipn")
  const { data } = useMessages({ customer_id: customer.id, limit: 5 })
  if (!data || data.count === 0) return null
  return (
    <Container className="divide-y p-0">
      <div className="px-6 py-4">
        <Heading level="h2">{t("messages.title")}</Heading>
      </div>
      {data.messages.map((message) => (
        <Row key={message.id} message={message} />
      ))}
    </Container>
  )
}

function Row({ message }: { message: Message }) {
  const { t } = useTranslation("ipn")
  const [type] = message.event_types
  return (
    <Link
      to={`/ipn/${message.id}`}
      className="hover:bg-ui-bg-base-hover focus-visible:shadow-borders-focus flex items-center justify-between gap-x-4 px-6 py-3 outline-none last:rounded-b-lg"
    >
      <div className="flex min-w-0 flex-col">
        <Text size="small" leading="compact" weight="plus" className="truncate">
          {t(`events.${type ?? "known"}` as "events.known")}
          {message.amount !== null && (
            <>
              {" "}
              <Money amount={message.amount} currency={message.currency_code} />
            </>
          )}
        </Text>
        <Text size="small" className="text-ui-fg-subtle">
          {message.gateway_title}, <Moment at={message.received_at} />
        </Text>
      </div>
      <StateBadge state={message.state} of={message} />
    </Link>
  )
}

export const config = defineWidgetConfig({ zone: "customer.details.side", id: "ipn-customer-messages" })

export default CustomerMessages

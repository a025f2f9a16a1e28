import { defineWidgetConfig } from "@medusajs/admin-sdk"
import type { AdminOrder, DetailWidgetProps } from "@medusajs/framework/types"
import { Container, Heading } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { useOrderSummary } from "../queries/use-order-summary"
import { Timeline } from "../timeline/timeline"

/** What happened to the order's money: shown where a payment was started through our accounts. */
const OrderTimeline = ({ data: order }: DetailWidgetProps<AdminOrder>) => {
  const { t } = useTranslation("ipn")
  const { data } = useOrderSummary(order.id)
  const summary = data?.order_summary
  if (!summary || summary.money === null) return null
  return (
    <Container className="divide-y p-0">
      <div className="px-6 py-4">
        <Heading level="h2">{t("timeline.title")}</Heading>
      </div>
      <Timeline entries={summary.timeline} />
    </Container>
  )
}

export const config = defineWidgetConfig({ zone: "order.details", id: "ipn-order-timeline" })

export default OrderTimeline

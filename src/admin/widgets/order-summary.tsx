import { defineWidgetConfig } from "@medusajs/admin-sdk"
import { Button, Skeleton } from "@medusajs/ui"
import type { TFunction } from "i18next"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { Link } from "react-router-dom"
import { DecidePayment } from "../decisions/decide-payment"
import { sayEvents } from "../messages/event-words"
import { FactRow } from "../parts/fact-row"
import { FailureNotice } from "../parts/failure-notice"
import { Moment, writeMoment } from "../parts/moment"
import { Money } from "../parts/money"
import { Section } from "../parts/section"
import { Badge, type BadgeColor } from "../parts/state-badge"
import { useAskGateway } from "../queries/use-ask-gateway"
import {
  useOrderSummary,
  type MoneyWord,
  type NextStep,
  type OrderSummary,
} from "../queries/use-order-summary"

const colors: Readonly<Record<MoneyWord, BadgeColor>> = {
  not_paid: "grey",
  waiting: "orange",
  authorized: "blue",
  paid: "green",
  part_paid: "orange",
  overpaid: "purple",
  refunded: "grey",
  part_refunded: "orange",
  failed: "red",
  expired: "red",
  disputed: "red",
}

/** An order's money in one word, and what happens next. */
const OrderSummaryWidget = ({ data }: { data: { id: string } }) => {
  const { t } = useTranslation("ipn")
  const { data: answer, error, refetch } = useOrderSummary(data.id)
  const summary = answer?.order_summary
  return (
    <Section
      title={t("order.title")}
      actions={
        summary?.money && <Badge color={colors[summary.money]} label={t(`moneyWords.${summary.money}`)} />
      }
    >
      {error && !summary && <FailureNotice error={error} retry={() => void refetch()} />}
      {!summary && !error && (
        <div className="px-6 py-4">
          <Skeleton className="h-32 w-full" />
        </div>
      )}
      {summary && (summary.money === null ? <NoPayment /> : <Amounts summary={summary} />)}
    </Section>
  )
}

function NoPayment() {
  const { t } = useTranslation("ipn")
  return <p className="txt-small text-ui-fg-subtle px-6 py-4">{t("order.noPayment")}</p>
}

function Amounts({ summary }: { summary: OrderSummary }) {
  const { t, i18n } = useTranslation("ipn")
  const { currency_code: currency, last_message: last, next_step: next } = summary
  const isPart = (amount: string | null) => amount !== null && Number(amount) !== 0
  const link = "text-ui-fg-interactive hover:text-ui-fg-interactive-hover"
  return (
    <>
      <FactRow title={t("order.expected")}>
        <Money amount={summary.expected_amount} currency={currency} />
      </FactRow>
      {isPart(summary.authorized_amount) && !isPart(summary.received_amount) && (
        <FactRow title={t("order.authorized")}>
          <Money amount={summary.authorized_amount} currency={currency} />
        </FactRow>
      )}
      <FactRow title={t("order.received")}>
        <Money amount={summary.received_amount} currency={currency} />
      </FactRow>
      {isPart(summary.refunded_amount) && (
        <FactRow title={t("order.refunded")}>
          <Money amount={summary.refunded_amount} currency={currency} />
        </FactRow>
      )}
      <FactRow title={t("order.last")}>
        {last ? (
          <>
            <Link className={link} to={`/ipn/${last.id}`}>
              {sayEvents(t, last)}
            </Link>
            <span className="text-ui-fg-muted">
              <Moment at={last.received_at} />
            </span>
          </>
        ) : (
          t("order.noMessage")
        )}
      </FactRow>
      <FactRow title={t("order.next")}>
        {sayNext(t, i18n.language, next)}
        {summary.open_issues > 0 && (
          <Link className={link} to={`/ipn/issues?order_id=${summary.order_id}`}>
            {t("order.issues", { count: summary.open_issues })}
          </Link>
        )}
      </FactRow>
      <Actions summary={summary} />
    </>
  )
}

function Actions({ summary }: { summary: OrderSummary }) {
  const { t } = useTranslation("ipn")
  const [isDeciding, setDeciding] = useState(false)
  const { mutate, isPending } = useAskGateway(`/orders/${summary.order_id}`)
  const decide = summary.next_step?.kind === "decide" ? summary.next_step.lane_id : undefined
  const canAsk = summary.payments.some(({ payment_session_id }) => payment_session_id !== null)
  return (
    <div className="bg-ui-bg-subtle flex flex-wrap items-center justify-end gap-2 rounded-b-lg px-6 py-4">
      <Button size="small" variant="transparent" asChild>
        <Link to={`/ipn?order_id=${summary.order_id}`}>{t("order.showAll")}</Link>
      </Button>
      {canAsk && (
        <Button size="small" variant="secondary" isLoading={isPending} onClick={() => mutate(undefined)}>
          {t("ask.action")}
        </Button>
      )}
      {decide && (
        <Button size="small" onClick={() => setDeciding(true)}>
          {t("decide.action")}
        </Button>
      )}
      {decide && isDeciding && <DecidePayment laneId={decide} onClose={() => setDeciding(false)} />}
    </div>
  )
}

function sayNext(t: TFunction<"ipn">, language: string, next: NextStep | null): string {
  if (!next) return t("order.nextSteps.none")
  const at = next.at ? writeMoment(next.at, language) : ""
  if (next.kind === "answer_dispute" && at) return t("order.nextSteps.answer_dispute_by", { at })
  return t(`order.nextSteps.${next.kind}`, { at })
}

export const config = defineWidgetConfig({ zone: "order.details.side", id: "ipn-order-summary" })

export default OrderSummaryWidget

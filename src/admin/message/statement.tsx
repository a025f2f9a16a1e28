import { useTranslation } from "react-i18next"
import { sayEvent } from "../messages/event-words"
import { Copied } from "../parts/copied"
import { FactRow } from "../parts/fact-row"
import { Moment } from "../parts/moment"
import { Money } from "../parts/money"
import type { PaymentEvent } from "../queries/message"

const outcomes = ["applied", "already_applied", "ignored", "unmatched", "review", "refused"] as const

/** One statement of a message: what happened at the gateway, and what became of it. */
export function Statement({ event, receivedAt }: { event: PaymentEvent; receivedAt: string }) {
  const { t } = useTranslation("ipn")
  const outcome = outcomes.find((one) => one === event.outcome) ?? "open"
  const reason = [event.reason_text, event.reason_code].filter(Boolean).join(" · ")
  return (
    <div className="divide-y">
      <FactRow title={sayEvent(t, event.type)}>
        <span className="txt-compact-small-plus text-ui-fg-base">
          <Money amount={event.amount ?? event.fee} currency={event.currency_code} />
        </span>
        <span>{t(`outcomes.${outcome}`)}</span>
      </FactRow>
      {event.fee !== null && event.amount !== null && (
        <FactRow title={t("message.fee")}>
          <Money amount={event.fee} currency={event.currency_code} />
        </FactRow>
      )}
      {event.net !== null && (
        <FactRow title={t("message.net")}>
          <Money amount={event.net} currency={event.currency_code} />
        </FactRow>
      )}
      {reason && <FactRow title={t("message.reason")}>{reason}</FactRow>}
      <FactRow title={t("message.happened")}>
        <Moment at={event.occurred_at} exact />
      </FactRow>
      <FactRow title={t("message.received")}>
        <Moment at={receivedAt} exact />
      </FactRow>
      {event.gateway_reference && (
        <FactRow title={t("message.gatewayReference")}>
          <Copied text={event.gateway_reference} />
        </FactRow>
      )}
      {event.resource && event.resource !== event.gateway_reference && (
        <FactRow title={t("message.resource")}>
          <Copied text={event.resource} />
        </FactRow>
      )}
      {event.reference && (
        <FactRow title={t("message.reference")}>
          <Copied text={event.reference} />
        </FactRow>
      )}
    </div>
  )
}

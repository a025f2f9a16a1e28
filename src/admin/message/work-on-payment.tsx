import { CheckCircleSolid, ChatBubbleLeftRight, Clock, ExclamationCircleSolid } from "@medusajs/icons"
import { clx, Text } from "@medusajs/ui"
import type { TFunction } from "i18next"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import type en from "../i18n/languages/en"
import { Moment, writeMoment } from "../parts/moment"
import { writeMoney } from "../parts/money"
import type { Effect, Lane, PaymentEvent } from "../queries/message"
import { decisionKinds } from "../queries/use-decision"

/** What was done about a payment, in order, and what holds it up. */
export function WorkOnPayment({ lane, events }: { lane: Lane; events: readonly PaymentEvent[] }) {
  const { t, i18n } = useTranslation("ipn")
  const told = events.filter(({ lane_id }) => lane_id === lane.id)
  const work = [
    ...lane.effects.map((effect) => ({
      at: effect.done_at ?? effect.started_at,
      key: effect.id,
      line: (
        <Line icon={iconOf(effect)} title={sayEffect(t, effect)} at={effect.done_at ?? effect.started_at}>
          {describe(effect, i18n.language)}
        </Line>
      ),
    })),
    ...lane.decisions.map((decision) => ({
      at: decision.created_at,
      key: decision.id,
      line: (
        <Line
          icon={<ChatBubbleLeftRight className="text-ui-fg-muted" />}
          title={t("message.decisionBy", { what: sayDecision(t, decision.kind) })}
          at={decision.created_at}
        >
          {decision.note}
        </Line>
      ),
    })),
  ].sort((a, b) => a.at.localeCompare(b.at))
  return (
    <div className="flex flex-col gap-y-3 px-6 py-4">
      {(lane.state === "review" || lane.state === "unmatched") && (
        <Line
          icon={<ExclamationCircleSolid className="text-ui-tag-purple-icon" />}
          title={t("states.review")}
        >
          {lane.reason
            ? t(`reasons.${lane.reason as keyof typeof en.reasons}`, { defaultValue: lane.reason })
            : t("stateHelp.unmatched")}
          {lane.expected_amount !== null &&
            ` ${t("message.askedFor", { money: writeMoney(lane.expected_amount, lane.currency_code, i18n.language) })}`}
        </Line>
      )}
      {lane.error && (
        <Line icon={<ExclamationCircleSolid className="text-ui-tag-red-icon" />} title={t("message.error")}>
          {lane.error}
        </Line>
      )}
      {lane.due_at && (
        <Line icon={<Clock className="text-ui-tag-orange-icon" />} title={t("message.nextTry")}>
          {writeMoment(lane.due_at, i18n.language)} ({t("message.attempts")}: {lane.attempts})
        </Line>
      )}
      {work.map(({ key, line }) => (
        <div key={key}>{line}</div>
      ))}
      {work.length === 0 && !lane.error && told.length > 0 && lane.state === "settled" && (
        <Text size="small" className="text-ui-fg-subtle">
          {t("message.didNothing")}
        </Text>
      )}
    </div>
  )
}

function Line({
  icon,
  title,
  at,
  children,
}: {
  icon: ReactNode
  title: string
  at?: string
  children?: ReactNode
}) {
  return (
    <div className="flex items-start gap-x-3">
      <span className="mt-0.5 shrink-0">{icon}</span>
      <div className="flex min-w-0 flex-1 flex-col">
        <Text size="small" leading="compact" weight="plus">
          {title}
        </Text>
        {children && (
          <Text size="small" className="text-ui-fg-subtle break-words">
            {children}
          </Text>
        )}
      </div>
      {at && (
        <Text size="small" leading="compact" className="text-ui-fg-muted shrink-0">
          <Moment at={at} />
        </Text>
      )}
    </div>
  )
}

function iconOf({ state }: Effect) {
  return state === "done" ? (
    <CheckCircleSolid className="text-ui-tag-green-icon" />
  ) : (
    <Clock className={clx(state === "undone" ? "text-ui-fg-muted" : "text-ui-tag-blue-icon")} />
  )
}

function sayEffect(t: TFunction<"ipn">, { kind, state }: Effect): string {
  const what = t(`effects.${kind as keyof typeof en.effects}`, { defaultValue: kind })
  return state === "done" ? what : `${what}: ${t(`effectStates.${state}`)}`
}

/** Its evidence: what was made in Medusa, and with which amount. */
function describe({ object_id, detail }: Effect, language: string): string {
  const { amount, currency } = (detail?.money ?? {}) as Partial<Record<"amount" | "currency", unknown>>
  const money =
    typeof amount === "string" && typeof currency === "string"
      ? writeMoney(amount, currency, language)
      : undefined
  const made = /^[a-z]+_\w+$/.test(object_id) ? object_id : undefined
  return [money, made].filter(Boolean).join(" · ")
}

function sayDecision(t: TFunction<"ipn">, kind: string): string {
  const known = decisionKinds.find((one) => one === kind)
  return known ? t(`decide.kinds.${known}`) : kind
}

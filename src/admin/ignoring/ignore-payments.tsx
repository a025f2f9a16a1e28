import { Skeleton, Text } from "@medusajs/ui"
import { useMemo } from "react"
import { useTranslation } from "react-i18next"
import { tell } from "../client/ask"
import { FailureNotice } from "../parts/failure-notice"
import type { Message } from "../queries/message"
import { useIgnorePreview } from "../queries/use-ignore-preview"
import { IgnoreDrawer } from "./ignore-drawer"
import { sayPayment } from "./say-payment"

type Ended = Readonly<{
  lane_id: string
  outcome: "ignored" | "changed_meanwhile" | "not_found"
  state: string | null
}>

/** Sets the payments of several messages aside. */
export function IgnorePayments({ messages, onClose }: { messages: readonly Message[]; onClose: () => void }) {
  const { t, i18n } = useTranslation("ipn")
  const byLane = useMemo(
    () => new Map(messages.flatMap((message) => (message.lane_id ? [[message.lane_id, message]] : []))),
    [messages]
  )
  const { data, error, refetch } = useIgnorePreview([...byLane.keys()])
  const possible = data?.preview.items.filter(({ outcome }) => outcome === "possible") ?? []
  const without = messages.filter(({ lane_id }) => lane_id === null).length
  const not = (data?.preview.items.length ?? 0) - possible.length
  const name = (laneId: string) => {
    const message = byLane.get(laneId)
    return message ? sayPayment(t, i18n.language, message) : laneId
  }
  const sayState = (state: string | null) =>
    state === null
      ? t("failures.notFound")
      : t(`states.${state === "settled" ? "applied" : (state as "review")}`)
  return (
    <IgnoreDrawer
      title={t("ignoring.payments")}
      help={t("ignoring.paymentsHelp")}
      canSubmit={possible.length > 0}
      said={(count) => t("ignoring.paymentsDone", { count })}
      run={async (note) => {
        const items = possible.map(({ lane_id, seen }) => ({ lane_id, seen }))
        const { ignored } = await tell<{ ignored: { items: Ended[] } }>("/lanes/ignore", { items, note })
        const others = ignored.items.filter(({ outcome }) => outcome !== "ignored")
        return {
          count: ignored.items.length - others.length,
          others: others.map(({ lane_id, state }) =>
            t("ignoring.isNow", { what: name(lane_id), state: sayState(state) })
          ),
        }
      }}
      onClose={onClose}
    >
      {error && <FailureNotice error={error} retry={() => void refetch()} />}
      {!data && !error && byLane.size > 0 && <Skeleton className="h-16 w-full" />}
      {possible.length > 0 && (
        <div className="flex flex-col gap-y-2">
          <Text size="small" weight="plus">
            {t("ignoring.paymentsWill", { count: possible.length })}
          </Text>
          <ul className="bg-ui-bg-component border-ui-border-base txt-small flex flex-col gap-y-1 rounded-lg border p-3">
            {possible.map(({ lane_id }) => (
              <li key={lane_id} className="truncate">
                {name(lane_id)}
              </li>
            ))}
          </ul>
        </div>
      )}
      {without > 0 && (
        <Text size="small" className="text-ui-fg-subtle">
          {t("ignoring.unreadable", { count: without })}
        </Text>
      )}
      {not > 0 && (
        <Text size="small" className="text-ui-fg-subtle">
          {t("ignoring.paymentsNot", { count: not })}
        </Text>
      )}
    </IgnoreDrawer>
  )
}

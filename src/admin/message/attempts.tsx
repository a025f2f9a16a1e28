import { Text } from "@medusajs/ui"
import type { TFunction } from "i18next"
import { useTranslation } from "react-i18next"
import type en from "../i18n/languages/en"
import { Moment } from "../parts/moment"
import { Section } from "../parts/section"
import { StateBadge } from "../parts/state-badge"
import { useLane, type Attempt } from "../queries/use-lane"

/** How the last attempts to settle a payment ended; nothing while there was one at most, and for whoever may not see it. */
export function Attempts({ laneId }: { laneId: string }) {
  const { t } = useTranslation("ipn")
  const { data } = useLane(laneId)
  const history = data?.lane.history ?? []
  // One that ended as everything above says tells nothing more.
  if (history.length < 2 && (history[0]?.times ?? 0) < 2) return null
  return (
    <Section title={t("message.attempts")}>
      <ul className="divide-y">
        {history.map((attempt, index) => (
          <li key={index} className="flex items-start justify-between gap-x-4 px-6 py-3">
            <div className="flex min-w-0 flex-col items-start gap-y-1">
              <span className="flex items-center gap-x-2">
                <StateBadge state={attempt.state === "settled" ? "applied" : attempt.state} />
                {attempt.times > 1 && (
                  <Text size="small" className="text-ui-fg-subtle">
                    {t("message.times", { count: attempt.times })}
                  </Text>
                )}
              </span>
              {(attempt.error ?? attempt.reason) && (
                <Text size="small" className="text-ui-fg-subtle break-words">
                  {attempt.error ?? sayReason(t, attempt)}
                </Text>
              )}
            </div>
            <Text size="small" leading="compact" className="text-ui-fg-muted shrink-0">
              <Moment at={attempt.at} />
            </Text>
          </li>
        ))}
      </ul>
    </Section>
  )
}

function sayReason(t: TFunction<"ipn">, { reason }: Attempt): string {
  return t(`reasons.${reason as keyof typeof en.reasons}`, { defaultValue: reason ?? "" })
}

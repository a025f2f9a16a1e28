import { clx, Container, Skeleton, Text } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { useSearchParams } from "react-router-dom"
import { useMessageTab, type MessageTab } from "../messages/message-tabs"
import { useOverview } from "../queries/use-overview"
import { Banners } from "./banners"
import { DayBars } from "./day-bars"

/** Four numbers, each a filter of the list below, and how the last 14 days went. */
export function OverviewStrip() {
  const { t, i18n } = useTranslation("ipn")
  const [tab] = useMessageTab()
  const [, setParams] = useSearchParams()
  const { data, error } = useOverview()
  const overview = data?.overview
  if (error && !overview) return null
  const format = new Intl.NumberFormat(i18n.language)
  const numbers: readonly Readonly<{ label: string; value: number | undefined; tab: MessageTab }>[] = [
    { label: t("overview.received"), value: overview?.received_today, tab: "all" },
    { label: t("overview.done"), value: overview?.done_today, tab: "done" },
    { label: t("overview.waiting"), value: overview?.waiting, tab: "waiting" },
    { label: t("overview.needsYou"), value: overview?.needs_you, tab: "needs_you" },
  ]
  return (
    <>
      {overview && <Banners banners={overview.banners} />}
      <Container className="grid grid-cols-2 p-0 md:grid-cols-4 xl:grid-cols-[repeat(4,1fr)_minmax(280px,1.6fr)]">
        {numbers.map(({ label, value, tab: chosen }) => (
          <button
            key={chosen}
            type="button"
            aria-pressed={tab === chosen}
            onClick={() => setParams(chosen === "all" ? {} : { tab: chosen })}
            className="hover:bg-ui-bg-base-hover focus-visible:shadow-borders-focus flex flex-col gap-y-1 rounded-lg px-6 py-4 text-left outline-none"
          >
            <Text size="small" leading="compact" className="text-ui-fg-subtle">
              {label}
            </Text>
            {value === undefined ? (
              <Skeleton className="h-7 w-12" />
            ) : (
              <span
                className={clx(
                  "h1-core tabular-nums",
                  chosen === "needs_you" && value > 0 ? "text-ui-tag-purple-text" : "text-ui-fg-base"
                )}
              >
                {format.format(value)}
              </span>
            )}
          </button>
        ))}
        <div className="col-span-2 flex flex-col gap-y-1 px-6 py-4 md:col-span-4 xl:col-span-1 xl:items-end">
          <Text size="small" leading="compact" className="text-ui-fg-subtle">
            {t("overview.days")}
          </Text>
          {overview ? <DayBars days={overview.days} /> : <Skeleton className="h-12 w-full max-w-[320px]" />}
        </div>
      </Container>
    </>
  )
}

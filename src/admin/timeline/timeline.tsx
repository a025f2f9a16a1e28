import { Button, Text } from "@medusajs/ui"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { Link } from "react-router-dom"
import { Moment } from "../parts/moment"
import { Money } from "../parts/money"
import { usePeople } from "../queries/use-people"
import { sayEntry } from "./say-entry"
import type { TimelineEntry } from "../queries/use-order-summary"

const atFirst = 8

/** What happened to an order's money, the newest first; older things are folded. */
export function Timeline({ entries }: { entries: readonly TimelineEntry[] }) {
  const { t } = useTranslation("ipn")
  const [isOpen, setOpen] = useState(false)
  const newest = entries.filter(isNews).reverse()
  const shown = isOpen ? newest : newest.slice(0, atFirst)
  return (
    <div className="flex flex-col px-6 py-4">
      <ol>
        {shown.map((entry, index) => (
          <Entry
            key={`${entry.at} ${entry.kind} ${entry.what} ${entry.reference} ${index}`}
            entry={entry}
            isLast={index === shown.length - 1}
          />
        ))}
      </ol>
      {newest.length > atFirst && (
        <Button
          size="small"
          variant="transparent"
          className="mt-2 self-start"
          onClick={() => setOpen((before) => !before)}
        >
          {isOpen ? t("timeline.less") : t("timeline.more", { count: newest.length - atFirst })}
        </Button>
      )}
    </div>
  )
}

/** Steps that only make what is told beside them true. */
const steps = ["complete_cart", "mark_session", "record_transaction", "record_refund_transaction"]
const isNews = ({ kind, what }: TimelineEntry) => kind !== "done" || !steps.includes(what ?? "")

const dots: Readonly<Record<TimelineEntry["kind"], string>> = {
  started: "bg-ui-tag-neutral-icon",
  told: "bg-ui-tag-blue-icon",
  done: "bg-ui-tag-green-icon",
  decided: "bg-ui-tag-purple-icon",
  mailed: "bg-ui-tag-neutral-icon",
  order_placed: "bg-ui-tag-green-icon",
  order_canceled: "bg-ui-tag-red-icon",
}

function Entry({ entry, isLast }: { entry: TimelineEntry; isLast: boolean }) {
  const { t } = useTranslation("ipn")
  const nameOf = usePeople()
  const said = sayEntry(entry, t)
  const by = entry.actor_id ? nameOf(entry.actor_id) : entry.kind === "told" ? entry.account_id : null
  return (
    <li className="grid grid-cols-[12px_1fr] gap-x-3">
      <div className="flex flex-col items-center" aria-hidden>
        <span className={`mt-1.5 size-2 shrink-0 rounded-full ${dots[entry.kind]}`} />
        {!isLast && <span className="bg-ui-border-base w-px flex-1" />}
      </div>
      <div className={`flex min-w-0 items-start justify-between gap-x-4 ${isLast ? "" : "pb-4"}`}>
        <div className="flex min-w-0 flex-col">
          <Text size="small" leading="compact" weight="plus">
            {entry.message_id ? (
              <Link
                to={`/ipn/${entry.message_id}`}
                className="hover:underline focus-visible:shadow-borders-focus rounded-sm outline-none"
              >
                {said}
              </Link>
            ) : (
              said
            )}
            {entry.amount !== null && (
              <>
                {" "}
                <Money amount={entry.amount} currency={entry.currency_code} />
              </>
            )}
          </Text>
          <Text size="small" className="text-ui-fg-subtle break-words">
            {[t(`timeline.kinds.${entry.kind}`), by, entry.note].filter(Boolean).join(" · ")}
          </Text>
        </div>
        <Text size="small" leading="compact" className="text-ui-fg-subtle shrink-0">
          <Moment at={entry.at} />
        </Text>
      </div>
    </li>
  )
}

import { Button, Text } from "@medusajs/ui"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { IgnorePayments } from "../ignoring/ignore-payments"
import { ListTable } from "../lists/list-table"
import { useListInUrl } from "../lists/use-list-in-url"
import { useSelection } from "../lists/use-selection"
import { writeMoment } from "../parts/moment"
import { Titled } from "../parts/titled"
import type { Message } from "../queries/message"
import { useMessageCounts, useMessages } from "../queries/use-messages"
import { ReplayMany, type ReplaySelection } from "../replays/replay-many"
import { downloadMessages } from "./download-messages"
import { useMessageColumns } from "./message-columns"
import { filterIds, messageQuery, useMessageFilters } from "./message-filters"
import { MessageTabs, useMessageTab } from "./message-tabs"
import { NoMessages } from "./no-messages"
import { RefusalList } from "./refusal-list"

/** All messages, by tab. Refreshes itself; not while rows are selected. */
export function MessageList() {
  const { t, i18n } = useTranslation("ipn")
  const [tab, setTab] = useMessageTab()
  const list = useListInUrl(filterIds)
  const [replaying, setReplaying] = useState<ReplaySelection>()
  const [ignoring, setIgnoring] = useState<readonly Message[]>()
  const selection = useSelection<Message>()
  const asked = messageQuery(list)
  const isRefused = tab === "refused"
  const answer = useMessages(
    { ...asked, ...list.page, order: list.order, tab: tab === "all" || isRefused ? undefined : tab },
    { live: selection.ids.length === 0, enabled: !isRefused }
  )
  const selected = selection.rowsOf(answer.data?.messages)
  const searchedTo = answer.data?.searched_to
  const { state: _, ...others } = asked
  const { data: counted } = useMessageCounts(others)
  const columns = useMessageColumns()
  const filters = useMessageFilters()
  const tabs = <MessageTabs tab={tab} onChange={setTab} counts={counted?.counts} />
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-2 px-6 py-4">
        <Titled
          title={t("messages.title")}
          help={selection.ids.length > 0 ? t("messages.paused") : t("messages.subtitle")}
        />
        <Button size="small" variant="secondary" onClick={() => setReplaying({ kind: "failed" })}>
          {t("messages.replayFailed")}
        </Button>
      </div>
      {isRefused ? (
        <RefusalList heading={tabs} />
      ) : (
        <ListTable
          list={list}
          answer={answer}
          rows={answer.data?.messages}
          columns={columns}
          filters={filters}
          heading={tabs}
          rowHref={({ id }) => `/ipn/${id}`}
          searchPlaceholder={t("messages.search")}
          selection={selection}
          commands={
            // Their keys are for the list, not for a drawer above it.
            replaying || ignoring
              ? []
              : [
                  {
                    label: t("messages.replay"),
                    shortcut: "r",
                    action: () => setReplaying({ kind: "messages", ids: selection.ids }),
                  },
                  { label: t("ignoring.submit"), shortcut: "i", action: () => setIgnoring(selected) },
                  {
                    label: t("actions.exportCsv"),
                    shortcut: "e",
                    action: () => downloadMessages(selected),
                  },
                ]
          }
          empty={{ custom: <NoMessages tab={tab} /> }}
        />
      )}
      {searchedTo && (
        <Text size="small" className="text-ui-fg-subtle px-6 py-3">
          {t("messages.searchedTo", { at: writeMoment(searchedTo, i18n.language) })}
        </Text>
      )}
      {replaying && (
        <ReplayMany
          selection={replaying}
          onClose={() => {
            setReplaying(undefined)
            selection.clear()
          }}
        />
      )}
      {ignoring && (
        <IgnorePayments
          messages={ignoring}
          onClose={() => {
            setIgnoring(undefined)
            selection.clear()
          }}
        />
      )}
    </>
  )
}

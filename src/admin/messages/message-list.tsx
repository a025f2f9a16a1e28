import { Button, Heading, Text, type DataTableRowSelectionState } from "@medusajs/ui"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { ListTable } from "../lists/list-table"
import { useListInUrl } from "../lists/use-list-in-url"
import { writeMoment } from "../parts/moment"
import { useMessageCounts, useMessages } from "../queries/use-messages"
import { ReplayMany, type ReplaySelection } from "../replays/replay-many"
import { downloadMessages } from "./download-messages"
import { useMessageColumns } from "./message-columns"
import { filterIds, messageQuery, pageQuery, useMessageFilters } from "./message-filters"
import { MessageTabs, useMessageTab } from "./message-tabs"
import { NoMessages } from "./no-messages"
import { RefusalList } from "./refusal-list"

/** All messages, by tab. Refreshes itself; not while rows are selected. */
export function MessageList() {
  const { t, i18n } = useTranslation("ipn")
  const [tab, setTab] = useMessageTab()
  const list = useListInUrl(filterIds)
  const [selected, setSelected] = useState<DataTableRowSelectionState>({})
  const [replaying, setReplaying] = useState<ReplaySelection>()
  const ids = Object.keys(selected)
  const asked = messageQuery(list)
  const isRefused = tab === "refused"
  const { data, error, isLoading, refetch } = useMessages(
    { ...asked, ...pageQuery(list), order: list.order, tab: tab === "all" || isRefused ? undefined : tab },
    { live: ids.length === 0, enabled: !isRefused }
  )
  const { state: _, ...others } = asked
  const { data: counted } = useMessageCounts(others)
  const columns = useMessageColumns()
  const filters = useMessageFilters()
  const tabs = <MessageTabs tab={tab} onChange={setTab} counts={counted?.counts} />
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-2 px-6 py-4">
        <div>
          <Heading>{t("messages.title")}</Heading>
          <Text size="small" className="text-ui-fg-subtle">
            {ids.length > 0 ? t("messages.paused") : t("messages.subtitle")}
          </Text>
        </div>
        <Button size="small" variant="secondary" onClick={() => setReplaying({ kind: "failed" })}>
          {t("messages.replayFailed")}
        </Button>
      </div>
      {isRefused ? (
        <RefusalList heading={tabs} />
      ) : (
        <ListTable
          list={list}
          rows={data?.messages}
          count={data?.count ?? 0}
          columns={columns}
          getRowId={({ id }) => id}
          error={error}
          retry={() => void refetch()}
          isLoading={isLoading}
          filters={filters}
          heading={tabs}
          rowHref={({ id }) => `/ipn/${id}`}
          searchPlaceholder={t("messages.search")}
          selection={{ state: selected, onChange: setSelected }}
          commands={[
            {
              label: t("messages.replay"),
              shortcut: "r",
              action: () => setReplaying({ kind: "messages", ids }),
            },
            {
              label: t("actions.exportCsv"),
              shortcut: "e",
              action: () => downloadMessages((data?.messages ?? []).filter(({ id }) => ids.includes(id))),
            },
          ]}
          empty={{ custom: <NoMessages tab={tab} /> }}
        />
      )}
      {data?.searched_to && (
        <Text size="small" className="text-ui-fg-subtle px-6 py-3">
          {t("messages.searchedTo", { at: writeMoment(data.searched_to, i18n.language) })}
        </Text>
      )}
      {replaying && (
        <ReplayMany
          selection={replaying}
          onClose={() => {
            setReplaying(undefined)
            setSelected({})
          }}
        />
      )}
    </>
  )
}

import { useTranslation } from "react-i18next"
import { useSearchParams } from "react-router-dom"
import { TabRow } from "../lists/tab-row"
import type { MessageCounts } from "../queries/use-messages"

export const messageTabs = ["all", "needs_you", "waiting", "refused", "done"] as const
export type MessageTab = (typeof messageTabs)[number]

/** The chosen tab, as the address says it. What was searched for stays when another one is chosen. */
export function useMessageTab(): [MessageTab, (tab: MessageTab) => void] {
  const [params, setParams] = useSearchParams()
  const tab = messageTabs.find((one) => one === params.get("tab")) ?? "all"
  const choose = (chosen: MessageTab) =>
    setParams((before) => {
      // The tab is a choice of states by itself.
      for (const key of ["offset", "state", "tab"]) before.delete(key)
      if (chosen !== "all") before.set("tab", chosen)
      return before
    })
  return [tab, choose]
}

/** The tabs of the list, each with how many it has. */
export function MessageTabs({
  tab,
  onChange,
  counts,
}: {
  tab: MessageTab
  onChange: (tab: MessageTab) => void
  counts: MessageCounts | undefined
}) {
  const { t } = useTranslation("ipn")
  return (
    <TabRow
      label={t("messages.title")}
      tabs={messageTabs.map((id) => ({ id, label: t(`messages.tabs.${id}`), count: counts?.[id] }))}
      tab={tab}
      onChange={onChange}
    />
  )
}

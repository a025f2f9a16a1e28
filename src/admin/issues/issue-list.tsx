import { createDataTableColumnHelper, createDataTableFilterHelper } from "@medusajs/ui"
import { useMemo, useState } from "react"
import { useTranslation } from "react-i18next"
import { useSearchParams } from "react-router-dom"
import en from "../i18n/languages/en"
import { IgnoreIssues } from "../ignoring/ignore-issues"
import { ListTable } from "../lists/list-table"
import { selectColumn } from "../lists/select-column"
import { TabRow } from "../lists/tab-row"
import { useListInUrl } from "../lists/use-list-in-url"
import { useSelection } from "../lists/use-selection"
import { Moment } from "../parts/moment"
import { Money } from "../parts/money"
import { Titled } from "../parts/titled"
import { useAccounts } from "../queries/use-accounts"
import { useIssues, type Issue } from "../queries/use-issues"
import { IssueDrawer } from "./issue-drawer"
import { SeverityBadge, StatusOfIssue } from "./issue-badges"
import { sayIssue, sayKind } from "./say-issue"

const filterIds = ["kind", "severity", "account_id", "order_id", "lane_id"] as const
const tabs = ["open", "acknowledged", "resolved", "ignored", "all"] as const
const column = createDataTableColumnHelper<Issue>()
const filter = createDataTableFilterHelper<Issue>()

/** What needs a person, the most urgent first; one of them opens in a drawer, and has an address of its own. */
export function IssueList() {
  const { t } = useTranslation("ipn")
  const [params, setParams] = useSearchParams()
  const list = useListInUrl(filterIds)
  const tab = tabs.find((one) => one === params.get("tab")) ?? "open"
  const opened = params.get("issue") ?? undefined
  const selection = useSelection<Issue>()
  const [ignoring, setIgnoring] = useState<readonly Issue[]>()
  const answer = useIssues(
    {
      ...(list.filters as Record<string, string>),
      q: list.search,
      status: tab === "all" ? undefined : tab,
      ...list.page,
    },
    { live: selection.ids.length === 0 }
  )
  const selected = selection.rowsOf(answer.data?.issues)
  const open = (id: string | undefined) =>
    setParams((before) => {
      if (id === undefined) before.delete("issue")
      else before.set("issue", id)
      return before
    })
  const choose = (chosen: (typeof tabs)[number]) =>
    setParams((before) => {
      for (const key of ["offset", "tab"]) before.delete(key)
      if (chosen !== "open") before.set("tab", chosen)
      return before
    })
  const counts = answer.data?.counts
  return (
    <>
      <div className="px-6 py-4">
        <Titled
          title={t("issues.title")}
          help={selection.ids.length > 0 ? t("messages.paused") : t("issues.subtitle")}
        />
      </div>
      <ListTable
        list={list}
        answer={answer}
        rows={answer.data?.issues}
        columns={useColumns()}
        filters={useFilters()}
        onRowClick={({ id }) => open(id)}
        selection={selection}
        commands={
          // Its key is for the list, not for a drawer above it.
          ignoring || opened
            ? []
            : [{ label: t("ignoring.submit"), shortcut: "i", action: () => setIgnoring(selected) }]
        }
        searchPlaceholder={t("issues.search")}
        heading={
          <TabRow
            label={t("issues.title")}
            tabs={tabs.map((id) => ({
              id,
              label: t(`issues.tabs.${id}`),
              count: id === "all" ? undefined : counts?.[id],
            }))}
            tab={tab}
            onChange={choose}
          />
        }
        empty={
          tab === "open"
            ? { heading: t("issues.empty"), description: t("issues.emptyHelp") }
            : { heading: t("messages.emptyTab") }
        }
      />
      {ignoring && (
        <IgnoreIssues
          issues={ignoring}
          onClose={() => {
            setIgnoring(undefined)
            selection.clear()
          }}
        />
      )}
      {opened && <IssueDrawer id={opened} onClose={() => open(undefined)} />}
    </>
  )
}

function useColumns() {
  const { t, i18n } = useTranslation("ipn")
  return useMemo(
    () => [
      selectColumn(column, t),
      column.accessor("severity", {
        header: t("issues.columns.severity"),
        cell: ({ getValue }) => <SeverityBadge severity={getValue()} />,
      }),
      column.accessor("kind", {
        header: t("issues.columns.problem"),
        maxSize: 480,
        cell: ({ row: { original } }) => (
          <div className="flex min-w-0 flex-col py-2">
            <span className="txt-compact-small-plus text-ui-fg-base truncate">
              {sayKind(t, original.kind)}
            </span>
            <span className="truncate">{sayIssue(t, i18n.language, original)}</span>
          </div>
        ),
      }),
      column.accessor("amount", {
        header: t("issues.columns.amount"),
        align: "right",
        cell: ({ row: { original } }) => <Money amount={original.amount} currency={original.currency_code} />,
      }),
      column.accessor("account_id", {
        header: t("issues.columns.account"),
        cell: ({ getValue }) => getValue() ?? "–",
      }),
      column.accessor("last_seen_at", {
        header: t("issues.columns.last"),
        cell: ({ getValue }) => <Moment at={getValue()} />,
      }),
      column.accessor("due_at", {
        header: t("issues.columns.due"),
        cell: ({ getValue }) => <Moment at={getValue()} />,
      }),
      column.accessor("status", {
        header: t("issues.columns.status"),
        cell: ({ getValue }) => <StatusOfIssue status={getValue()} />,
      }),
    ],
    [t, i18n.language]
  )
}

function useFilters() {
  const { t } = useTranslation("ipn")
  const { data } = useAccounts()
  const accounts = data?.accounts
  return useMemo(
    () => [
      filter.accessor("kind", {
        type: "multiselect",
        label: t("issues.filters.kind"),
        options: Object.keys(en.issueKinds).map((kind) => ({ label: sayKind(t, kind), value: kind })),
      }),
      filter.accessor("severity", {
        type: "multiselect",
        label: t("issues.filters.severity"),
        options: (["urgent", "warning", "info"] as const).map((severity) => ({
          label: t(`issues.severities.${severity}`),
          value: severity,
        })),
      }),
      filter.accessor("account_id", {
        type: "multiselect",
        label: t("issues.filters.account"),
        options: (accounts ?? []).map(({ id, gateway_title }) => ({
          label: `${gateway_title} (${id})`,
          value: id,
        })),
      }),
      filter.accessor("order_id", { type: "string", label: t("messages.filters.order") }),
    ],
    [t, accounts]
  )
}

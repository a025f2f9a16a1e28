import {
  createDataTableColumnHelper,
  createDataTableFilterHelper,
  Badge,
  type DataTableFilter,
} from "@medusajs/ui"
import { useMemo } from "react"
import { useTranslation } from "react-i18next"
import { ListTable } from "../lists/list-table"
import { useListInUrl, type ListInUrl } from "../lists/use-list-in-url"
import { Moment } from "../parts/moment"
import { Money } from "../parts/money"
import { OrderLink } from "../parts/order-link"
import { Titled } from "../parts/titled"
import { useAccounts } from "../queries/use-accounts"
import { entryKinds, useLedger, type LedgerEntry } from "../queries/use-ledger"
import { ExportButton } from "./export-button"

const column = createDataTableColumnHelper<LedgerEntry>()
const filter = createDataTableFilterHelper<LedgerEntry>()
const filterIds = ["account_id", "entry", "currency_code", "order_id", "occurred_at"]

/** All entries, the newest first, with what the gateway held after each. */
export function EntryList() {
  const { t } = useTranslation("ipn")
  const list = useListInUrl(filterIds)
  const query = queryOf(list)
  const answer = useLedger({
    ...query,
    ...(list.order ? { order: list.order } : {}),
    ...list.page,
  })
  const columns = useColumns()
  const filters = useFilters()
  return (
    <ListTable
      list={list}
      answer={answer}
      rows={answer.data?.ledger_entries}
      columns={columns}
      filters={filters}
      heading={<Titled title={t("ledger.title")} help={t("ledger.subtitle")} />}
      searchPlaceholder={t("ledger.search")}
      actions={<ExportButton query={query} />}
      empty={{ heading: t("ledger.empty"), description: t("ledger.emptyHelp") }}
    />
  )
}

type Chosen = Readonly<Record<string, unknown>>

/** What the address says, as the API takes it. A search is for a gateway's reference or an order. */
function queryOf({ filters, search }: ListInUrl) {
  const { account_id, entry, currency_code, order_id, occurred_at } = filters as Chosen
  const text = search.trim()
  return {
    account_id: first(account_id),
    entry: entry as string[] | undefined,
    currency_code: typeof currency_code === "string" ? currency_code.trim().toLowerCase() : undefined,
    order_id: text.startsWith("order_") ? text : typeof order_id === "string" ? order_id : undefined,
    reference: text && !text.startsWith("order_") ? text : undefined,
    occurred_at: occurred_at as { $gte?: string; $lte?: string } | undefined,
  }
}

const first = (value: unknown) => (Array.isArray(value) ? (value[0] as string | undefined) : undefined)

function useColumns() {
  const { t } = useTranslation("ipn")
  return useMemo(
    () => [
      column.accessor("occurred_at", {
        header: t("ledger.columns.at"),
        enableSorting: true,
        cell: ({ getValue }) => <Moment at={getValue()} />,
      }),
      column.accessor("entry", {
        header: t("ledger.columns.entry"),
        cell: ({ row: { original } }) => (
          <span className="flex items-center gap-x-2" title={original.note ?? undefined}>
            <Badge size="2xsmall">{t(`ledger.entries.${original.entry}`)}</Badge>
          </span>
        ),
      }),
      column.accessor("account_id", { header: t("ledger.columns.account") }),
      column.accessor("order_id", {
        header: t("messages.columns.order"),
        cell: ({ row: { original } }) => (
          <OrderLink id={original.order_id} number={original.order_display_id} />
        ),
      }),
      column.accessor("gateway_payment_id", {
        header: t("messages.columns.reference"),
        cell: ({ getValue }) => <code className="font-mono text-xs">{getValue() ?? "–"}</code>,
      }),
      column.accessor("gateway_change", {
        header: t("ledger.columns.change"),
        headerAlign: "right",
        cell: ({ row: { original } }) => (
          <span className="block text-right">
            <Money amount={original.gateway_change} currency={original.currency_code} />
          </span>
        ),
      }),
      column.accessor("gateway_balance", {
        header: t("ledger.columns.balance"),
        headerAlign: "right",
        cell: ({ row: { original } }) => (
          <span className="text-ui-fg-base block text-right">
            <Money amount={original.gateway_balance} currency={original.currency_code} />
          </span>
        ),
      }),
    ],
    [t]
  )
}

function useFilters(): DataTableFilter[] {
  const { t } = useTranslation("ipn")
  const { data } = useAccounts()
  return useMemo(() => {
    const days = (count: number) => new Date(Date.now() - count * 86_400_000).toISOString().slice(0, 10)
    return [
      filter.accessor("account_id", {
        type: "radio",
        label: t("messages.filters.account"),
        options: (data?.accounts ?? []).map(({ id }) => ({ label: id, value: id })),
      }),
      filter.accessor("entry", {
        type: "select",
        label: t("ledger.columns.entry"),
        options: entryKinds.map((kind) => ({ label: t(`ledger.entries.${kind}`), value: kind })),
      }),
      filter.accessor("occurred_at", {
        type: "date",
        label: t("ledger.columns.at"),
        format: "date",
        options: [
          { label: t("replay.sinceWeek"), value: { $gte: days(7) } },
          { label: t("replay.sinceMonth"), value: { $gte: days(30) } },
          { label: t("ledger.quarter"), value: { $gte: days(90) } },
        ],
      }),
    ] as DataTableFilter[]
  }, [t, data])
}

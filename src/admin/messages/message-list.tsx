import { Badge as Tag, createDataTableColumnHelper, Heading } from "@medusajs/ui"
import { useMemo } from "react"
import { useTranslation } from "react-i18next"
import { ListTable } from "../lists/list-table"
import { pageSize, useListInUrl } from "../lists/use-list-in-url"
import { Moment } from "../parts/moment"
import { Money } from "../parts/money"
import { StateBadge } from "../parts/state-badge"
import type { Message } from "../queries/message"
import { useMessages } from "../queries/use-messages"

const column = createDataTableColumnHelper<Message>()

export function MessageList() {
  const { t } = useTranslation("ipn")
  const list = useListInUrl([])
  const { data, error, isLoading, refetch } = useMessages({
    q: list.search,
    limit: pageSize,
    offset: list.pagination.pageIndex * pageSize,
  })
  const columns = useMemo(
    () => [
      column.accessor("received_at", {
        header: t("messages.columns.received"),
        cell: ({ getValue }) => <Moment at={getValue()} />,
      }),
      column.accessor("gateway_title", {
        header: t("messages.columns.gateway"),
        cell: ({ row: { original } }) => (
          <span className="flex items-center gap-x-2">
            {original.gateway_title}
            {original.mode === "test" && <Tag size="2xsmall">{t("common.test")}</Tag>}
          </span>
        ),
      }),
      column.accessor("state", {
        header: t("messages.columns.state"),
        cell: ({ row: { original } }) => <StateBadge state={original.state} of={original} />,
      }),
      column.accessor("amount", {
        header: t("messages.columns.amount"),
        cell: ({ row: { original } }) => <Money amount={original.amount} currency={original.currency_code} />,
      }),
    ],
    [t]
  )
  return (
    <ListTable
      list={list}
      rows={data?.messages}
      count={data?.count ?? 0}
      columns={columns}
      getRowId={({ id }) => id}
      error={error}
      retry={() => void refetch()}
      isLoading={isLoading}
      rowHref={({ id }) => `/ipn/${id}`}
      heading={<Heading>{t("messages.title")}</Heading>}
      empty={{ heading: t("messages.empty"), description: t("messages.emptyHelp") }}
    />
  )
}

import { createDataTableColumnHelper } from "@medusajs/ui"
import { useMemo, type ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { sayRefusal } from "../accounts/say-refusal"
import { ListTable } from "../lists/list-table"
import { useListInUrl } from "../lists/use-list-in-url"
import { Moment } from "../parts/moment"
import { StateBadge } from "../parts/state-badge"
import { useRefusals, type Refusal } from "../queries/use-refusals"
import { messageQuery, useMessageFilters } from "./message-filters"

const column = createDataTableColumnHelper<Refusal>()

/** Calls that could not prove that the gateway sent them. */
export function RefusalList({ heading }: { heading: ReactNode }) {
  const { t } = useTranslation("ipn")
  const list = useListInUrl(["account_id"])
  const { account_id } = messageQuery(list)
  const answer = useRefusals({ account_id, ...list.page })
  const filters = useMessageFilters().filter(({ id }) => id === "account_id")
  const columns = useMemo(
    () => [
      column.accessor("refused_at", {
        header: t("refusals.at"),
        cell: ({ getValue }) => <Moment at={getValue()} />,
      }),
      column.accessor("account_id", { header: t("refusals.account") }),
      column.display({
        id: "state",
        header: t("messages.columns.state"),
        cell: () => <StateBadge state="refused" />,
      }),
      column.accessor("why", {
        header: t("refusals.why"),
        cell: ({ row: { original } }) =>
          [sayRefusal(original.why, t), original.detail].filter(Boolean).join(": "),
      }),
      column.accessor("ip", { header: t("refusals.ip") }),
    ],
    [t]
  )
  return (
    <ListTable
      list={list}
      answer={answer}
      rows={answer.data?.refusals}
      columns={columns}
      filters={filters}
      heading={heading}
      hasSearch={false}
      empty={{ heading: t("refusals.empty"), description: t("refusals.emptyHelp") }}
    />
  )
}

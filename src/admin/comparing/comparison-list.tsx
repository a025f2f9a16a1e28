import { Button, createDataTableColumnHelper } from "@medusajs/ui"
import { useMemo, useState } from "react"
import { useTranslation } from "react-i18next"
import { ListTable } from "../lists/list-table"
import { useListInUrl } from "../lists/use-list-in-url"
import { Moment } from "../parts/moment"
import { Titled } from "../parts/titled"
import { useComparisons, type Comparison } from "../queries/use-comparisons"
import { CompareDrawer } from "./compare-drawer"
import { ComparisonBadge } from "./comparison-badge"
import { sayPeriod } from "./say-period"

const column = createDataTableColumnHelper<Comparison>()

/** All comparisons, the newest first, and the way to start one. */
export function ComparisonList() {
  const { t, i18n } = useTranslation("ipn")
  const list = useListInUrl([])
  const [isStarting, setStarting] = useState(false)
  const answer = useComparisons(list.page)
  const columns = useMemo(
    () => [
      column.accessor("created_at", {
        header: t("comparisons.columns.started"),
        cell: ({ getValue }) => <Moment at={getValue()} />,
      }),
      column.accessor("account_id", { header: t("ledger.columns.account") }),
      column.accessor("from_at", {
        header: t("comparisons.columns.period"),
        cell: ({ row: { original } }) => sayPeriod(original, i18n.language),
      }),
      column.accessor("state", {
        header: t("messages.columns.state"),
        cell: ({ row: { original } }) => <ComparisonBadge of={original} />,
      }),
      column.accessor("compared", { header: t("comparisons.columns.compared") }),
      column.accessor("open_differences", {
        header: t("comparisons.columns.open"),
        cell: ({ row: { original } }) =>
          original.differences === 0
            ? t("comparisons.none")
            : t("comparisons.openOf", { open: original.open_differences, all: original.differences }),
      }),
    ],
    [t, i18n.language]
  )
  return (
    <>
      <ListTable
        list={list}
        answer={answer}
        rows={answer.data?.reconciliations}
        columns={columns}
        hasSearch={false}
        rowHref={({ id }) => `/ipn/reconciliation/${id}`}
        heading={<Titled title={t("comparisons.title")} help={t("comparisons.subtitle")} />}
        actions={
          <Button size="small" variant="secondary" onClick={() => setStarting(true)}>
            {t("comparisons.start")}
          </Button>
        }
        empty={{ heading: t("comparisons.empty"), description: t("comparisons.emptyHelp") }}
      />
      <CompareDrawer open={isStarting} onClose={() => setStarting(false)} />
    </>
  )
}

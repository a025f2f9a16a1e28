import {
  DataTable,
  useDataTable,
  type DataTableCommand,
  type DataTableEmptyStateContent,
  type DataTableFilter,
} from "@medusajs/ui"
import type { UseQueryResult } from "@tanstack/react-query"
import type { MouseEvent, ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { useNavigate } from "react-router-dom"
import { FailureNotice } from "../parts/failure-notice"
import type { ListInUrl } from "./use-list-in-url"
import type { Selection } from "./use-selection"

/** Columns with values of several types, as `createDataTableColumnHelper` makes them. */
export type Columns<Row> = Parameters<typeof useDataTable<Row>>[0]["columns"]

export type ListTableProps<Row> = Readonly<{
  list: ListInUrl
  /** What the API was asked for: what failed is shown instead of the rows, with a button that tries again. */
  answer: Pick<UseQueryResult<{ count: number }>, "data" | "error" | "isLoading" | "refetch">
  /** Its rows. */
  rows: readonly Row[] | undefined
  columns: Columns<Row>
  filters?: DataTableFilter[]
  commands?: DataTableCommand[]
  selection?: Pick<Selection<Row>, "state" | "onChange">
  /** Where a row leads, as `/ipn/...`. */
  rowHref?: (row: Row) => string
  /** What a row does instead. */
  onRowClick?: (row: Row) => void
  empty: DataTableEmptyStateContent
  /** Left of the filters: a heading, or tabs. */
  heading?: ReactNode
  /** Right of the search. */
  actions?: ReactNode
  hasSearch?: boolean
  searchPlaceholder?: string
}>

/** A list as Medusa's own pages show it: search, filters, order and page are in the address. */
export function ListTable<Row extends { readonly id: string }>({
  list,
  answer: { data, error, isLoading, refetch },
  rows,
  columns,
  filters = [],
  commands = [],
  selection,
  rowHref,
  onRowClick,
  empty,
  heading,
  actions,
  hasSearch = true,
  searchPlaceholder,
}: ListTableProps<Row>) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const open = (event: MouseEvent, row: Row) => {
    if (onRowClick) return onRowClick(row)
    if (!rowHref) return
    const href = rowHref(row)
    if (event.metaKey || event.ctrlKey || event.shiftKey)
      window.open(`${__BASE__ === "/" ? "" : __BASE__}${href}`, "_blank", "noreferrer")
    else void navigate(href)
  }
  const canSort = columns.some((column) => column.enableSorting)
  const instance = useDataTable<Row>({
    data: [...(rows ?? [])],
    columns,
    rowCount: data?.count ?? 0,
    getRowId: ({ id }) => id,
    isLoading,
    filters,
    commands,
    autoResetPageIndex: false,
    ...(rowHref || onRowClick ? { onRowClick: open } : {}),
    pagination: { state: list.pagination, onPaginationChange: list.setPagination },
    ...(filters.length > 0 ? { filtering: { state: list.filters, onFilteringChange: list.setFilters } } : {}),
    ...(canSort ? { sorting: { state: list.sorting, onSortingChange: list.setSorting } } : {}),
    ...(hasSearch ? { search: { state: list.search, onSearchChange: list.setSearch } } : {}),
    ...(selection
      ? { rowSelection: { state: selection.state, onRowSelectionChange: selection.onChange } }
      : {}),
  })
  return (
    <DataTable instance={instance}>
      <DataTable.Toolbar
        className="flex flex-col items-start justify-between gap-2 md:flex-row md:items-center"
        translations={{ clearAll: t("actions.clearAll") }}
      >
        {heading ?? <span />}
        <div className="flex w-full items-center gap-x-2 md:w-auto">
          {filters.length > 0 && <DataTable.FilterMenu tooltip={t("filters.filterLabel")} />}
          {canSort && <DataTable.SortingMenu tooltip={t("filters.sortLabel")} />}
          {hasSearch && (
            <div className="w-full md:w-auto">
              <DataTable.Search placeholder={searchPlaceholder ?? t("filters.searchLabel")} />
            </div>
          )}
          {actions}
        </div>
      </DataTable.Toolbar>
      {error && !rows ? (
        <FailureNotice error={error} retry={() => void refetch()} />
      ) : (
        <>
          <DataTable.Table
            emptyState={{
              empty,
              filtered: { heading: t("general.noResultsTitle"), description: t("general.noResultsMessage") },
            }}
          />
          <DataTable.Pagination
            translations={{
              of: t("general.of"),
              results: t("general.results"),
              pages: t("general.pages"),
              prev: t("general.prev"),
              next: t("general.next"),
            }}
          />
        </>
      )}
      {commands.length > 0 && (
        <DataTable.CommandBar selectedLabel={(selected) => t("general.countSelected", { count: selected })} />
      )}
    </DataTable>
  )
}

import { useMemo } from "react"
import { useSearchParams } from "react-router-dom"
import type { DataTableFilteringState, DataTablePaginationState, DataTableSortingState } from "@medusajs/ui"

const pageSize = 20

/** What a list shows, as the address says it: a link or a reload shows the same. */
export type ListInUrl = Readonly<{
  search: string
  filters: DataTableFilteringState
  pagination: DataTablePaginationState
  /** The page as the API takes it. */
  page: Readonly<{ limit: number; offset: number }>
  sorting: DataTableSortingState | null
  /** `order` as the API takes it: `-received_at`. */
  order: string | undefined
  isFiltered: boolean
  setSearch(text: string): void
  setFilters(filters: DataTableFilteringState): void
  setPagination(pagination: DataTablePaginationState): void
  setSorting(sorting: DataTableSortingState | null): void
}>

/**
 * Reads and writes a list's search, filters, order and page in the address, in Medusa's own way: filters as JSON, the
 * page as `offset`. Two lists on one page need a `prefix` each.
 */
export function useListInUrl(filterIds: readonly string[], prefix = ""): ListInUrl {
  const [params, setParams] = useSearchParams()
  const name = (key: string) => prefix + key
  const written = params.toString()

  const shown = useMemo(() => {
    const filters: DataTableFilteringState = {}
    for (const id of filterIds) {
      const text = params.get(name(id))
      if (text !== null) filters[id] = parse(text)
    }
    const asked = Number(params.get(name("offset")) ?? 0)
    const pageIndex = asked > 0 ? Math.floor(asked / pageSize) : 0
    const order = params.get(name("order")) ?? undefined
    return {
      search: params.get(name("q")) ?? "",
      filters,
      pagination: { pageIndex, pageSize },
      page: { limit: pageSize, offset: pageIndex * pageSize },
      order,
      sorting: order === undefined ? null : { id: order.replace(/^-/, ""), desc: order.startsWith("-") },
    }
    // The ids of a list's filters are always the same.
  }, [written, prefix])

  const change = (values: Readonly<Record<string, string | undefined>>) =>
    setParams(
      (before) => {
        for (const [key, value] of Object.entries(values)) {
          if (value === undefined || value === "") before.delete(name(key))
          else before.set(name(key), value)
        }
        return before
      },
      { replace: true }
    )

  return {
    ...shown,
    isFiltered: shown.search !== "" || Object.keys(shown.filters).length > 0,
    setSearch: (text) => change({ q: text, offset: undefined }),
    setFilters: (filters) =>
      change({
        ...Object.fromEntries(filterIds.map((id) => [id, write(filters[id])])),
        offset: undefined,
      }),
    setPagination: ({ pageIndex, pageSize: size }) =>
      change({ offset: pageIndex === 0 ? undefined : String(pageIndex * size) }),
    setSorting: (sorting) => change({ order: sorting ? (sorting.desc ? "-" : "") + sorting.id : undefined }),
  }
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null ? value : text
  } catch {
    return text
  }
}

/** An empty choice is no filter. */
function write(value: unknown): string | undefined {
  if (value === undefined || value === null || value === "") return undefined
  if (Array.isArray(value) && value.length === 0) return undefined
  return typeof value === "string" ? value : JSON.stringify(value)
}

import type { DataTableRowSelectionState } from "@medusajs/ui"
import { useRef, useState } from "react"

/** The rows that are selected, on whichever page of the list each of them stands. */
export type Selection<Row> = Readonly<{
  state: DataTableRowSelectionState
  onChange: (state: DataTableRowSelectionState) => void
  ids: readonly string[]
  /** The selected rows, given those that are shown now; one on another page is as it was last seen. */
  rowsOf: (shown: readonly Row[] | undefined) => readonly Row[]
  clear: () => void
}>

/** Selects rows of a list. */
export function useSelection<Row extends { readonly id: string }>(): Selection<Row> {
  const [state, onChange] = useState<DataTableRowSelectionState>({})
  const seen = useRef(new Map<string, Row>())
  const ids = Object.keys(state)
  return {
    state,
    onChange,
    ids,
    rowsOf(shown = []) {
      for (const row of shown) seen.current.set(row.id, row)
      return ids.flatMap((id) => seen.current.get(id) ?? [])
    },
    clear: () => onChange({}),
  }
}

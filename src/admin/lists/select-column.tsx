import { Checkbox, type createDataTableColumnHelper } from "@medusajs/ui"
import type { TFunction } from "i18next"

type Helper<Row> = ReturnType<typeof createDataTableColumnHelper<Row>>

/** The column that selects rows: Medusa's own, with names for those who do not see it. */
export function selectColumn<Row>(column: Helper<Row>, t: TFunction<"ipn">) {
  return column.select({
    header: ({ table }) => (
      <Checkbox
        aria-label={t("common.selectAll")}
        checked={table.getIsSomePageRowsSelected() ? "indeterminate" : table.getIsAllPageRowsSelected()}
        onCheckedChange={(checked) => table.toggleAllPageRowsSelected(checked === true)}
      />
    ),
    cell: ({ row }) => (
      <Checkbox
        aria-label={t("common.selectRow")}
        checked={row.getIsSelected()}
        disabled={!row.getCanSelect()}
        onCheckedChange={(checked) => row.toggleSelected(checked === true)}
        onClick={(event) => event.stopPropagation()}
      />
    ),
  })
}

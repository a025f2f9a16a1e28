import { Button, DropdownMenu } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { download } from "../client/download"
import { useAction } from "../client/use-action"

/** Saves what is filtered as CSV, or as a journal for bookkeeping in plain text. */
export function ExportButton({ query }: { query: Readonly<Record<string, unknown>> }) {
  const { t } = useTranslation("ipn")
  const save = useAction((format: "csv" | "journal") => {
    const wanted = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined))
    const { entry } = wanted
    return download(
      "/ledger/export",
      { ...wanted, ...(Array.isArray(entry) ? { entry: entry.join(",") } : {}), format },
      `ledger.${format}`
    )
  })
  return (
    <DropdownMenu>
      <DropdownMenu.Trigger asChild>
        <Button size="small" variant="secondary" isLoading={save.isPending}>
          {t("ledger.export")}
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Content align="end">
        <DropdownMenu.Item onClick={() => save.mutate("csv")}>{t("actions.exportCsv")}</DropdownMenu.Item>
        <DropdownMenu.Item onClick={() => save.mutate("journal")}>
          {t("ledger.exportJournal")}
        </DropdownMenu.Item>
      </DropdownMenu.Content>
    </DropdownMenu>
  )
}

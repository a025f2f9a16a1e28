import { useTranslation } from "react-i18next"

/** A page's name where Medusa shows the way to it; Medusa itself puts the pages above it before it. */
export function Crumb({
  of,
}: {
  of: "messages" | "issues" | "ledger" | "comparisons" | "gateways" | "settings"
}) {
  const { t } = useTranslation("ipn")
  return <span className="whitespace-nowrap">{t(`menu.${of}`)}</span>
}

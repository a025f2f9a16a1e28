import { TriangleRightMini } from "@medusajs/icons"
import { useTranslation } from "react-i18next"
import { Link } from "react-router-dom"

/** Where a page stands below the payment notifications. */
export function Crumb({ of }: { of: "issues" | "ledger" | "comparisons" | "gateways" | { id: string } }) {
  const { t } = useTranslation("ipn")
  return (
    <span className="flex items-center gap-x-2">
      <Link to="/ipn" className="hover:text-ui-fg-base transition-fg">
        {t("menu.messages")}
      </Link>
      <TriangleRightMini />
      <span>{typeof of === "string" ? t(`menu.${of}`) : of.id}</span>
    </span>
  )
}

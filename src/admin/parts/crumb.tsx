import { TriangleRightMini } from "@medusajs/icons"
import { useTranslation } from "react-i18next"
import { Link } from "react-router-dom"

const paths = {
  issues: "/ipn/issues",
  ledger: "/ipn/ledger",
  comparisons: "/ipn/reconciliation",
  gateways: "/ipn/gateways",
} as const

/** Where a page stands: below the payment notifications, perhaps below one of their pages, and what it is of. */
export function Crumb({ page, of }: { page?: keyof typeof paths; of?: string | undefined }) {
  const { t } = useTranslation("ipn")
  const steps = [
    { label: t("menu.messages"), to: "/ipn" },
    ...(page ? [{ label: t(`menu.${page}`), to: paths[page] }] : []),
    ...(of ? [{ label: of, to: "" }] : []),
  ]
  return (
    <span className="flex min-w-0 items-center gap-x-2">
      {steps.map(({ label, to }, index) =>
        index === steps.length - 1 ? (
          <span key={label} className="max-w-[50vw] truncate">
            {label}
          </span>
        ) : (
          <span key={label} className="hidden shrink-0 items-center gap-x-2 md:flex">
            <Link to={to} className="hover:text-ui-fg-subtle transition-fg">
              {label}
            </Link>
            <TriangleRightMini />
          </span>
        )
      )}
    </span>
  )
}

import { defineWidgetConfig } from "@medusajs/admin-sdk"
import { CreditCard } from "@medusajs/icons"
import { Badge, Tooltip } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { Link } from "react-router-dom"
import { useAnswer } from "../client/use-answer"

/** How many payment issues are open, on every page; nothing while there are none. */
const IssueCounter = () => {
  const { t } = useTranslation("ipn")
  const { data } = useAnswer<{ counts: { open: number } }>("/issues", { status: "open", limit: 1 })
  const count = data?.counts.open ?? 0
  if (count === 0) return null
  const said = t("topbar.issues", { count })
  return (
    <Tooltip content={said}>
      <Link
        to="/ipn/issues"
        aria-label={said}
        className="text-ui-fg-muted hover:bg-ui-bg-subtle-hover focus-visible:shadow-borders-focus flex items-center gap-x-1.5 rounded-md px-1.5 py-1 outline-none"
      >
        <CreditCard />
        <Badge size="2xsmall" color="red">
          {count}
        </Badge>
      </Link>
    </Tooltip>
  )
}

export const config = defineWidgetConfig({ zone: "topbar", id: "ipn-issue-counter" })

export default IssueCounter

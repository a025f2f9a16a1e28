import { clx } from "@medusajs/ui"
import { useTranslation } from "react-i18next"

/** Tabs above a list: each shows a part of it. Counts of 10,000 and more are not counted further. */
export function TabRow<Id extends string>({
  label,
  tabs,
  tab,
  onChange,
}: {
  label: string
  tabs: readonly Readonly<{ id: Id; label: string; count?: number | undefined }>[]
  tab: Id
  onChange: (tab: Id) => void
}) {
  const { i18n } = useTranslation("ipn")
  const numbers = new Intl.NumberFormat(i18n.language)
  return (
    <nav aria-label={label} className="flex flex-wrap items-center gap-1">
      {tabs.map((one) => (
        <button
          key={one.id}
          type="button"
          aria-current={one.id === tab ? "page" : undefined}
          onClick={() => onChange(one.id)}
          className={clx(
            "txt-compact-small-plus transition-fg flex items-center gap-x-1.5 rounded-full border border-transparent px-2.5 py-1 outline-none",
            "focus-visible:shadow-borders-focus",
            one.id === tab
              ? "bg-ui-bg-base text-ui-fg-base shadow-elevation-card-rest"
              : "text-ui-fg-subtle hover:bg-ui-bg-base-hover"
          )}
        >
          {one.label}
          {one.count !== undefined && (
            <span className="text-ui-fg-subtle tabular-nums">
              {numbers.format(one.count)}
              {one.count >= 10_000 && "+"}
            </span>
          )}
        </button>
      ))}
    </nav>
  )
}

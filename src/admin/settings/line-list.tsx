import { Plus, Trash } from "@medusajs/icons"
import { Button, IconButton, Text } from "@medusajs/ui"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"

/** Lines that are added, changed and removed one by one. */
export function LineList<Line>({
  lines,
  onChange,
  fresh,
  empty,
  isDisabled = false,
  children,
}: {
  lines: readonly Line[]
  onChange: (lines: readonly Line[]) => void
  /** What an added line begins as. */
  fresh: Line
  /** Said where there are none. */
  empty: string
  isDisabled?: boolean
  children: (line: Line, set: (part: Partial<Line>) => void) => ReactNode
}) {
  const { t } = useTranslation("ipn")
  return (
    <div className="flex flex-col gap-y-3">
      {lines.length === 0 && (
        <Text size="small" className="text-ui-fg-subtle">
          {empty}
        </Text>
      )}
      <ul className="flex flex-col gap-y-3 empty:hidden">
        {lines.map((line, index) => (
          <li
            key={index}
            className="bg-ui-bg-component shadow-elevation-card-rest flex items-start gap-x-2 rounded-lg p-3"
          >
            <div className="flex min-w-0 flex-1 flex-col gap-y-2">
              {children(line, (part) =>
                onChange(lines.map((one, at) => (at === index ? { ...one, ...part } : one)))
              )}
            </div>
            <IconButton
              type="button"
              size="small"
              variant="transparent"
              disabled={isDisabled}
              aria-label={t("settings.removeRule")}
              onClick={() => onChange(lines.filter((_, at) => at !== index))}
            >
              <Trash />
            </IconButton>
          </li>
        ))}
      </ul>
      <Button
        type="button"
        size="small"
        variant="secondary"
        className="self-start"
        disabled={isDisabled}
        onClick={() => onChange([...lines, fresh])}
      >
        <Plus />
        {t("settings.addRule")}
      </Button>
    </div>
  )
}

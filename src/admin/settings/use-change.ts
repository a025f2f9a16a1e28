import { useTranslation } from "react-i18next"
import { tell } from "../client/ask"
import { useAction } from "../client/use-action"
import type { Setting } from "../queries/use-settings"

/** Changes settings, all or none; what cannot be so is said in a toast. */
export function useChange(done: () => void) {
  const { t } = useTranslation("ipn")
  return useAction(
    (values: Readonly<Record<string, unknown>>) =>
      tell<{ settings: Setting[]; changed: string[] }>("/settings", { values }),
    ({ changed }) => {
      done()
      return changed.length > 0 ? t("settings.saved") : t("settings.unchanged")
    }
  )
}

/** What was changed, and nothing else. */
export function changedValues(
  settings: readonly Setting[],
  drafts: Readonly<Record<string, unknown>>
): Record<string, unknown> {
  return Object.fromEntries(
    settings
      .filter(({ key, value, pinned }) => !pinned && key in drafts && !isSame(drafts[key], value))
      .map(({ key }) => [key, drafts[key]])
  )
}

const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

import { useState, type ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { ActionDrawer } from "../parts/action-drawer"
import type { Setting } from "../queries/use-settings"
import { SettingField } from "./setting-field"
import { changedValues, useChange } from "./use-change"

/** Changes the settings of one section. */
export function SettingsDrawer({
  title,
  settings,
  onClose,
}: {
  title: string
  settings: readonly Setting[]
  onClose: () => void
}): ReactNode {
  const { t } = useTranslation("ipn")
  const [drafts, setDrafts] = useState<Record<string, unknown>>({})
  const change = useChange(onClose)
  const changed = changedValues(settings, drafts)
  return (
    <ActionDrawer
      open
      onClose={onClose}
      title={title}
      description={t("settings.audited")}
      submitLabel={t("settings.save")}
      canSubmit={Object.keys(changed).length > 0}
      isPending={change.isPending}
      onSubmit={() => change.mutate(changed)}
    >
      {settings.map((setting) => (
        <SettingField
          key={setting.key}
          setting={setting}
          value={setting.key in drafts ? drafts[setting.key] : setting.value}
          onChange={(value) => setDrafts((before) => ({ ...before, [setting.key]: value }))}
        />
      ))}
    </ActionDrawer>
  )
}

import { Button, Container } from "@medusajs/ui"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import type { Setting } from "../queries/use-settings"
import { SettingRows } from "./setting-rows"
import { SettingsDrawer } from "./settings-drawer"
import { Titled } from "../parts/titled"

/** Some settings under one heading, and the way to change them. */
export function SettingsSection({
  title,
  help,
  settings,
}: {
  title: string
  help: string
  settings: readonly Setting[]
}) {
  const { t } = useTranslation("ipn")
  const [isEditing, setEditing] = useState(false)
  return (
    <Container className="divide-y p-0">
      <div className="flex items-center justify-between gap-x-4 px-6 py-4">
        <Titled level="h2" title={title} help={help} />
        <Button size="small" variant="secondary" onClick={() => setEditing(true)}>
          {t("settings.edit")}
        </Button>
      </div>
      <SettingRows settings={settings} />
      {isEditing && <SettingsDrawer title={title} settings={settings} onClose={() => setEditing(false)} />}
    </Container>
  )
}

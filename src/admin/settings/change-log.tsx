import { Container, Heading, Text } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { Moment } from "../parts/moment"
import { usePeople } from "../queries/use-people"
import { useSettingChanges, type Setting } from "../queries/use-settings"
import { sayName, sayValue } from "./say-value"

/** Who changed what from what to what. */
export function ChangeLog({ settings }: { settings: readonly Setting[] }) {
  const { t } = useTranslation("ipn")
  const nameOf = usePeople()
  const { data } = useSettingChanges()
  if (!data || data.setting_changes.length === 0) return null
  return (
    <Container className="divide-y p-0">
      <div className="px-6 py-4">
        <Heading level="h2">{t("settings.changes")}</Heading>
      </div>
      <ul className="divide-y">
        {data.setting_changes.map(({ id, key, from, to, actor_id, created_at }) => {
          const setting = settings.find((one) => one.key === key) ?? { key, unit: "" }
          return (
            <li key={id} className="txt-small grid grid-cols-1 gap-x-4 px-6 py-3 md:grid-cols-[1fr_auto]">
              <span>
                <span className="font-medium">{sayName(key, t).name}</span>
                <span className="text-ui-fg-subtle">
                  {": "}
                  {sayValue(setting, from, t)} → {sayValue(setting, to, t)}
                </span>
              </span>
              <Text size="small" className="text-ui-fg-subtle">
                {nameOf(actor_id)}, <Moment at={created_at} />
              </Text>
            </li>
          )
        })}
      </ul>
    </Container>
  )
}

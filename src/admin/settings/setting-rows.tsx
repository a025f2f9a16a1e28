import { LockClosedSolidMini } from "@medusajs/icons"
import { Text, Tooltip } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { writeMoment } from "../parts/moment"
import { usePeople } from "../queries/use-people"
import type { Setting } from "../queries/use-settings"
import { sayName, sayValue } from "./say-value"

/** Settings with what they mean, what they are, and who changed them last. */
export function SettingRows({ settings }: { settings: readonly Setting[] }) {
  const { t, i18n } = useTranslation("ipn")
  const nameOf = usePeople()
  return settings.map((setting) => {
    const { name, help } = sayName(setting.key, t)
    return (
      <div
        key={setting.key}
        className="grid grid-cols-1 items-start gap-x-6 gap-y-2 px-6 py-4 md:grid-cols-2"
      >
        <div className="flex flex-col gap-y-0.5">
          <Text size="small" weight="plus" leading="compact">
            {name}
          </Text>
          <Text size="small" className="text-ui-fg-subtle">
            {help}
          </Text>
        </div>
        <div className="flex min-w-0 flex-col gap-y-0.5">
          <span className="flex items-center gap-x-2">
            <Text size="small" leading="compact" className="break-words">
              {sayValue(setting, setting.value, t)}
            </Text>
            {setting.pinned && <Lock />}
          </span>
          {setting.changed_at && !setting.pinned && (
            <Text size="xsmall" className="text-ui-fg-subtle">
              {t("settings.changedBy", {
                who: nameOf(setting.changed_by),
                at: writeMoment(setting.changed_at, i18n.language),
              })}
            </Text>
          )}
        </div>
      </div>
    )
  })
}

/** Says that a value stands in medusa-config. */
export function Lock() {
  const { t } = useTranslation("ipn")
  return (
    <Tooltip content={t("settings.pinned")}>
      <LockClosedSolidMini className="text-ui-fg-muted" aria-label={t("settings.pinned")} />
    </Tooltip>
  )
}

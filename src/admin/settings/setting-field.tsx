import { Input, Label, Select, Switch, Text, Textarea } from "@medusajs/ui"
import { useId } from "react"
import { useTranslation } from "react-i18next"
import type { Setting } from "../queries/use-settings"
import { sayChoice, sayName } from "./say-value"
import { HoldLengthList } from "./hold-length-list"
import { Lock } from "./setting-rows"

type Change = (value: unknown) => void

/** One setting to be changed, by what its values are. A pinned one shows its value and a lock. */
export function SettingField({
  setting,
  value,
  onChange,
}: {
  setting: Setting
  value: unknown
  onChange: Change
}) {
  const { t } = useTranslation("ipn")
  const id = useId()
  const { name, help } = sayName(setting.key, t)
  const isSwitch = typeof setting.default === "boolean"
  return (
    <div className="flex flex-col gap-y-2">
      <div className="flex items-center justify-between gap-x-4">
        <span className="flex items-center gap-x-2">
          <Label size="small" weight="plus" htmlFor={id}>
            {name}
          </Label>
          {setting.pinned && <Lock />}
        </span>
        {isSwitch && (
          <Switch
            id={id}
            aria-describedby={`${id}-help`}
            checked={value === true}
            disabled={setting.pinned}
            onCheckedChange={onChange}
          />
        )}
      </div>
      {!isSwitch && <Control id={id} setting={setting} value={value} onChange={onChange} />}
      <Text id={`${id}-help`} size="xsmall" className="text-ui-fg-subtle">
        {help}
      </Text>
    </div>
  )
}

function Control({
  id,
  setting,
  value,
  onChange,
}: {
  id: string
  setting: Setting
  value: unknown
  onChange: Change
}) {
  const { t } = useTranslation("ipn")
  const { key, schema, pinned, unit } = setting
  const choices = schema.enum as string[] | undefined
  if (choices) {
    return (
      <Select value={String(value)} onValueChange={onChange} disabled={pinned}>
        <Select.Trigger id={id} aria-describedby={`${id}-help`}>
          <Select.Value />
        </Select.Trigger>
        <Select.Content>
          {choices.map((choice) => (
            <Select.Item key={choice} value={choice}>
              {sayChoice(key, choice, t)}
            </Select.Item>
          ))}
        </Select.Content>
      </Select>
    )
  }
  if (key === "stock.hold_minutes")
    return <HoldLengthList value={value} onChange={onChange} isDisabled={pinned} />
  if (Array.isArray(setting.default)) {
    return (
      <Textarea
        id={id}
        aria-describedby={`${id}-help`}
        rows={3}
        disabled={pinned}
        placeholder={t("settings.onePerLine")}
        defaultValue={(value as string[]).join("\n")}
        onChange={({ target }) =>
          onChange(
            target.value
              .split(/[\n,;]/)
              .map((line) => line.trim())
              .filter(Boolean)
          )
        }
      />
    )
  }
  const isNumber = ["minutes", "hours", "days", "percent"].includes(unit)
  return (
    <div className="flex items-center gap-x-2">
      <Input
        id={id}
        aria-describedby={`${id}-help`}
        className="w-full"
        type={isNumber ? "number" : "text"}
        step={unit === "percent" ? "0.01" : "1"}
        disabled={pinned}
        value={value === null || value === undefined ? "" : String(value as string | number)}
        onChange={({ target }) => {
          const text = target.value.trim()
          onChange(text === "" ? null : isNumber ? Number(text) : text)
        }}
      />
      {isNumber && (
        <Text size="small" className="text-ui-fg-subtle w-20 shrink-0">
          {t(`settings.unitNames.${unit as "hours"}`)}
        </Text>
      )}
    </div>
  )
}

import { Input, Label, Text } from "@medusajs/ui"
import { useId, useState } from "react"
import { useTranslation } from "react-i18next"
import { ActionDrawer } from "../parts/action-drawer"
import type { Setting } from "../queries/use-settings"
import type { MailId } from "./sections"
import { SettingField } from "./setting-field"
import { changedValues, useChange } from "./use-change"

export const templatesKey = "emails.templates"

/** Who writes each email; where that is the store's own provider, by which of its templates. */
export function MailDrawer({
  mails,
  templates,
  onClose,
}: {
  mails: readonly Readonly<{ id: MailId; setting: Setting }>[]
  templates: Setting
  onClose: () => void
}) {
  const { t } = useTranslation("ipn")
  const [drafts, setDrafts] = useState<Record<string, unknown>>({})
  const change = useChange(onClose)
  const settings = [...mails.map(({ setting }) => setting), templates]
  const changed = changedValues(settings, drafts)
  const valueOf = (setting: Setting) => (setting.key in drafts ? drafts[setting.key] : setting.value)
  const draft = (key: string, value: unknown) => setDrafts((before) => ({ ...before, [key]: value }))
  const names = valueOf(templates) as Readonly<Partial<Record<MailId, string>>>
  return (
    <ActionDrawer
      open
      onClose={onClose}
      title={t("settings.tabs.emails")}
      description={t("settings.audited")}
      submitLabel={t("settings.save")}
      canSubmit={Object.keys(changed).length > 0}
      isPending={change.isPending}
      onSubmit={() => change.mutate(changed)}
    >
      {mails.map(({ id, setting }) => (
        <div key={id} className="flex flex-col gap-y-3">
          <SettingField
            setting={setting}
            value={valueOf(setting)}
            onChange={(value) => draft(setting.key, value)}
          />
          {valueOf(setting) === "provider" && (
            <Template
              id={id}
              value={names[id] ?? ""}
              isPinned={templates.pinned}
              onChange={(name) => {
                const { [id]: _, ...others } = names
                draft(templatesKey, name ? { ...others, [id]: name } : others)
              }}
            />
          )}
        </div>
      ))}
    </ActionDrawer>
  )
}

function Template({
  id,
  value,
  isPinned,
  onChange,
}: {
  id: MailId
  value: string
  isPinned: boolean
  onChange: (name: string) => void
}) {
  const { t } = useTranslation("ipn")
  const field = useId()
  return (
    <div className="border-ui-border-strong flex flex-col gap-y-2 border-l pl-3">
      <Label size="small" htmlFor={field}>
        {t("settings.template")}
      </Label>
      <Input
        id={field}
        size="small"
        maxLength={200}
        placeholder={id}
        disabled={isPinned}
        aria-describedby={`${field}-help`}
        value={value}
        onChange={({ target }) => onChange(target.value.trim())}
      />
      <Text id={`${field}-help`} size="xsmall" className="text-ui-fg-subtle">
        {isPinned ? t("settings.pinned") : t("settings.templateHelp", { name: id })}
      </Text>
    </div>
  )
}

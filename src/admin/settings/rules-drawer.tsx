import { Plus, Trash } from "@medusajs/icons"
import { Button, IconButton, Select, Text } from "@medusajs/ui"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { ActionDrawer } from "../parts/action-drawer"
import { useAccounts } from "../queries/use-accounts"
import { eventOptions, modes, writeRules, type EventRule, type Mode } from "./event-rule"
import { useChange } from "./use-change"

/** Adds, changes and removes rules about payment events. */
export function RulesDrawer({ rules, onClose }: { rules: readonly EventRule[]; onClose: () => void }) {
  const { t } = useTranslation("ipn")
  const { data } = useAccounts()
  const [drafts, setDrafts] = useState<readonly EventRule[]>(rules)
  const change = useChange(onClose)
  const accounts = [
    { value: "*", label: t("settings.allAccounts") },
    ...(data?.accounts ?? []).map(({ id }) => ({ value: id, label: id })),
  ]
  const set = (index: number, part: Partial<EventRule>) =>
    setDrafts((before) => before.map((rule, at) => (at === index ? { ...rule, ...part } : rule)))
  return (
    <ActionDrawer
      open
      onClose={onClose}
      title={t("settings.tabs.messages")}
      description={t("settings.rulesHelp")}
      submitLabel={t("settings.save")}
      isPending={change.isPending}
      onSubmit={() => change.mutate({ events: writeRules(drafts) })}
    >
      {drafts.length === 0 && (
        <Text size="small" className="text-ui-fg-subtle">
          {t("settings.noRulesHelp")}
        </Text>
      )}
      <ul className="flex flex-col gap-y-3">
        {drafts.map((rule, index) => (
          <li
            key={index}
            className="bg-ui-bg-component shadow-elevation-card-rest flex items-start gap-x-2 rounded-lg p-3"
          >
            <div className="flex min-w-0 flex-1 flex-col gap-y-2">
              <Choice
                label={t("messages.filters.account")}
                options={accounts}
                value={rule.account}
                onChange={(account) => set(index, { account })}
              />
              <Choice
                label={t("messages.columns.event")}
                options={eventOptions(t)}
                value={rule.type}
                onChange={(type) => set(index, { type })}
              />
              <Choice
                label={t("settings.what")}
                options={modes.map((mode) => ({ value: mode, label: t(`settings.modes.${mode}`) }))}
                value={rule.mode}
                onChange={(mode) => set(index, { mode: mode as Mode })}
              />
            </div>
            <IconButton
              type="button"
              size="small"
              variant="transparent"
              aria-label={t("settings.removeRule")}
              onClick={() => setDrafts((before) => before.filter((_, at) => at !== index))}
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
        onClick={() => setDrafts((before) => [...before, { account: "*", type: "info", mode: "record" }])}
      >
        <Plus />
        {t("settings.addRule")}
      </Button>
    </ActionDrawer>
  )
}

function Choice({
  label,
  options,
  value,
  onChange,
}: {
  label: string
  options: readonly { value: string; label: string }[]
  value: string
  onChange: (value: string) => void
}) {
  return (
    <Select size="small" value={value} onValueChange={onChange}>
      <Select.Trigger aria-label={label}>
        <Select.Value />
      </Select.Trigger>
      <Select.Content>
        {options.map((option) => (
          <Select.Item key={option.value} value={option.value}>
            {option.label}
          </Select.Item>
        ))}
      </Select.Content>
    </Select>
  )
}

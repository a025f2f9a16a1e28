import { Button, Container, Table, Text } from "@medusajs/ui"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import type { Setting } from "../queries/use-settings"
import { eventOptions, modes, readRules, type Mode } from "./event-rule"
import { RulesDrawer } from "./rules-drawer"
import { Lock } from "./setting-rows"
import { Titled } from "../parts/titled"

/** What is done with which payment events. Without a rule all are handled. */
export function EventRules({ setting }: { setting: Setting }) {
  const { t } = useTranslation("ipn")
  const [isEditing, setEditing] = useState(false)
  const rules = readRules(setting.value)
  const names = new Map(eventOptions(t).map(({ value, label }) => [value, label]))
  return (
    <Container className="divide-y p-0">
      <div className="flex items-center justify-between gap-x-4 px-6 py-4">
        <Titled level="h2" title={t("settings.tabs.messages")} help={t("settings.eventsHelp")} />
        {setting.pinned ? (
          <Lock />
        ) : (
          <Button size="small" variant="secondary" onClick={() => setEditing(true)}>
            {t("settings.edit")}
          </Button>
        )}
      </div>
      {rules.length === 0 ? (
        <div className="flex flex-col items-center gap-y-1 px-6 py-16 text-center">
          <Text size="small" weight="plus">
            {t("settings.noRules")}
          </Text>
          <Text size="small" className="text-ui-fg-subtle">
            {t("settings.noRulesHelp")}
          </Text>
        </div>
      ) : (
        <Table>
          <Table.Header>
            <Table.Row>
              <Table.HeaderCell>{t("messages.filters.account")}</Table.HeaderCell>
              <Table.HeaderCell>{t("messages.columns.event")}</Table.HeaderCell>
              <Table.HeaderCell>{t("settings.what")}</Table.HeaderCell>
            </Table.Row>
          </Table.Header>
          <Table.Body>
            {rules.map(({ account, type, mode }) => (
              <Table.Row key={`${account}:${type}`}>
                <Table.Cell>{account === "*" ? t("settings.allAccounts") : account}</Table.Cell>
                <Table.Cell>{names.get(type) ?? type}</Table.Cell>
                <Table.Cell>{t(`settings.modes.${mode}`)}</Table.Cell>
              </Table.Row>
            ))}
          </Table.Body>
        </Table>
      )}
      <dl className="grid grid-cols-1 gap-4 px-6 py-4 md:grid-cols-3">
        {modes.map((mode: Mode) => (
          <div key={mode}>
            <dt className="txt-compact-small-plus">{t(`settings.modes.${mode}`)}</dt>
            <dd className="txt-small text-ui-fg-subtle">{t(`settings.modeHelp.${mode}`)}</dd>
          </div>
        ))}
      </dl>
      {isEditing && <RulesDrawer rules={rules} onClose={() => setEditing(false)} />}
    </Container>
  )
}

import { Button, Container, Table } from "@medusajs/ui"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { Badge } from "../parts/state-badge"
import type { Setting } from "../queries/use-settings"
import { MailDrawer, templatesKey } from "./mail-drawer"
import { MailPreview } from "./mail-preview"
import { mailName, mails, type MailId } from "./sections"
import { Lock } from "./setting-rows"
import { Titled } from "../parts/titled"

/** Every email: to whom, when, who writes it, and how it looks. */
export function MailList({ settings }: { settings: readonly Setting[] }) {
  const { t } = useTranslation("ipn")
  const [shown, setShown] = useState<MailId>()
  const [isEditing, setEditing] = useState(false)
  const rows = mails.flatMap((id) => {
    const setting = settings.find(({ key }) => key === `emails.${mailName(id)}`)
    return setting ? [{ id, setting }] : []
  })
  const templates = settings.find(({ key }) => key === templatesKey)
  const names = (templates?.value ?? {}) as Readonly<Partial<Record<MailId, string>>>
  return (
    <Container className="divide-y p-0">
      <div className="flex items-center justify-between gap-x-4 px-6 py-4">
        <Titled level="h2" title={t("settings.tabs.emails")} help={t("settings.emailsHelp")} />
        <Button size="small" variant="secondary" onClick={() => setEditing(true)}>
          {t("settings.edit")}
        </Button>
      </div>
      <div className="-mt-px overflow-x-auto">
        <Table>
          <Table.Header>
            <Table.Row>
              <Table.HeaderCell>{t("settings.email")}</Table.HeaderCell>
              <Table.HeaderCell>{t("settings.to")}</Table.HeaderCell>
              <Table.HeaderCell>{t("settings.writtenBy")}</Table.HeaderCell>
              <Table.HeaderCell>
                <span className="sr-only">{t("actions.more")}</span>
              </Table.HeaderCell>
            </Table.Row>
          </Table.Header>
          <Table.Body>
            {rows.map(({ id, setting }) => {
              const mode = setting.value as "off" | "plugin" | "provider"
              return (
                <Table.Row key={id}>
                  <Table.Cell className="py-3">
                    <div className="flex max-w-md flex-col whitespace-normal">
                      <span className="txt-compact-small-plus text-ui-fg-base">
                        {t(`settings.names.emails.${mailName(id)}`)}
                      </span>
                      <span className="txt-small">{t(`settings.help.emails.${mailName(id)}`)}</span>
                    </div>
                  </Table.Cell>
                  <Table.Cell>
                    {t(id.startsWith("ipn.merchant-") ? "settings.toYou" : "settings.toCustomer")}
                  </Table.Cell>
                  <Table.Cell>
                    <span className="flex items-center gap-x-2">
                      <Badge
                        color={mode === "off" ? "grey" : "green"}
                        label={t(`settings.renderers.${mode}`)}
                        help={t(`settings.rendererHelp.${mode}`)}
                      />
                      {setting.pinned && <Lock />}
                    </span>
                    {mode === "provider" && (
                      <code className="text-ui-fg-subtle block max-w-48 truncate pt-1 font-mono text-xs">
                        {names[id] ?? id}
                      </code>
                    )}
                  </Table.Cell>
                  <Table.Cell className="text-right">
                    <Button
                      size="small"
                      variant="transparent"
                      aria-label={t("settings.previewOf", {
                        email: t(`settings.names.emails.${mailName(id)}`),
                      })}
                      onClick={() => setShown(id)}
                    >
                      {t("settings.preview")}
                    </Button>
                  </Table.Cell>
                </Table.Row>
              )
            })}
          </Table.Body>
        </Table>
      </div>
      {shown && <MailPreview id={shown} onClose={() => setShown(undefined)} />}
      {isEditing && templates && (
        <MailDrawer mails={rows} templates={templates} onClose={() => setEditing(false)} />
      )}
    </Container>
  )
}

import { defineRouteConfig } from "@medusajs/admin-sdk"
import { Container, Heading, Tabs, Text } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { useSearchParams } from "react-router-dom"
import { CardsSkeleton } from "../../../parts/cards-skeleton"
import { Crumb } from "../../../parts/crumb"
import { FailureNotice } from "../../../parts/failure-notice"
import { useSettings, type Setting } from "../../../queries/use-settings"
import { ChangeLog } from "../../../settings/change-log"
import { EventRules } from "../../../settings/event-rules"
import { MailList } from "../../../settings/mail-list"
import { SettingsSection } from "../../../settings/settings-section"
import { sections, tabs, type SettingsTab } from "../../../settings/sections"

const SettingsPage = () => {
  const { t } = useTranslation("ipn")
  const [params, setParams] = useSearchParams()
  const { data, error, refetch } = useSettings()
  const tab = tabs.find((one) => one === params.get("tab")) ?? "orders"
  return (
    <Tabs
      value={tab}
      onValueChange={(chosen) => setParams({ tab: chosen }, { replace: true })}
      className="flex flex-col gap-y-3"
    >
      <Container className="p-0">
        <div className="px-6 py-4">
          <Heading>{t("menu.settings")}</Heading>
          <Text size="small" className="text-ui-fg-subtle">
            {t("settings.subtitle")}
          </Text>
        </div>
        {data && (
          <div className="overflow-x-auto border-t px-6 py-3">
            <Tabs.List>
              {tabs.map((one) => (
                <Tabs.Trigger key={one} value={one}>
                  {t(`settings.tabs.${one}`)}
                </Tabs.Trigger>
              ))}
            </Tabs.List>
          </div>
        )}
        {error && !data && <FailureNotice error={error} retry={() => void refetch()} />}
      </Container>
      {!data && !error && <CardsSkeleton count={2} />}
      {data && (
        <>
          <Tabs.Content value={tab} className="flex flex-col gap-y-3">
            <Shown tab={tab} settings={data.settings} />
          </Tabs.Content>
          <ChangeLog settings={data.settings} />
        </>
      )}
    </Tabs>
  )
}

function Shown({ tab, settings }: { tab: SettingsTab; settings: readonly Setting[] }) {
  const { t } = useTranslation("ipn")
  const of = (keys: readonly string[]) => settings.filter(({ key }) => keys.includes(key))
  if (tab === "messages")
    return of(["events"]).map((setting) => <EventRules key="events" setting={setting} />)
  return (
    <>
      {tab === "emails" && <MailList settings={settings} />}
      <SettingsSection
        title={t(tab === "emails" ? "settings.emailsGeneral" : `settings.tabs.${tab}`)}
        help={t(`settings.tabHelp.${tab}`)}
        settings={of(sections[tab])}
      />
    </>
  )
}

export const handle = { breadcrumb: () => <Crumb of="settings" /> }

export const config = defineRouteConfig({ label: "menu.settings", translationNs: "ipn" })

export default SettingsPage

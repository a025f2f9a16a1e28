import { Button, FocusModal, Select, Text } from "@medusajs/ui"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { tell } from "../client/ask"
import { useAction } from "../client/use-action"
import { FailureNotice } from "../parts/failure-notice"
import { useMail } from "../queries/use-settings"
import { mailName, type MailId } from "./sections"

const languages = ["en", "de", "es", "fr", "pt"] as const

/** How an email looks in each language, and a sample of it for oneself. */
export function MailPreview({ id, onClose }: { id: MailId; onClose: () => void }) {
  const { t } = useTranslation("ipn")
  const [language, setLanguage] = useState<string>()
  const { data, error, refetch } = useMail(id, language)
  const sample = useAction(
    () =>
      tell<{ sample: { to: string } }>(
        `/emails/${encodeURIComponent(id)}/sample`,
        language ? { language } : {}
      ),
    ({ sample: { to } }) => t("settings.sampleSent", { to })
  )
  return (
    <FocusModal open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <FocusModal.Content>
        <FocusModal.Header>
          <div className="flex flex-1 items-center justify-between gap-x-4 pl-4">
            <div className="min-w-0">
              <FocusModal.Title className="txt-compact-small-plus truncate">
                {t(`settings.names.emails.${mailName(id)}`)}
              </FocusModal.Title>
              <FocusModal.Description className="txt-compact-small text-ui-fg-subtle truncate">
                {t(`settings.help.emails.${mailName(id)}`)}
              </FocusModal.Description>
            </div>
            <div className="flex shrink-0 items-center gap-x-2 [&>button]:w-auto [&>button]:whitespace-nowrap">
              <Select
                size="small"
                value={language ?? data?.email.language ?? "en"}
                onValueChange={setLanguage}
              >
                <Select.Trigger aria-label={t("settings.language")}>
                  <Select.Value />
                </Select.Trigger>
                <Select.Content>
                  {languages.map((one) => (
                    <Select.Item key={one} value={one}>
                      {t(`settings.languages.${one}`)}
                    </Select.Item>
                  ))}
                </Select.Content>
              </Select>
              <Button size="small" isLoading={sample.isPending} onClick={() => sample.mutate(undefined)}>
                {t("settings.sample")}
              </Button>
            </div>
          </div>
        </FocusModal.Header>
        <FocusModal.Body className="flex flex-col overflow-hidden">
          {error && !data && <FailureNotice error={error} retry={() => void refetch()} />}
          {data && (
            <>
              <div className="border-b px-6 py-3">
                <Text size="small" weight="plus">
                  {data.email.subject}
                </Text>
                <Text size="small" className="text-ui-fg-subtle">
                  {data.email.preheader}
                </Text>
              </div>
              <iframe
                className="h-full min-h-[60vh] w-full flex-1 bg-white"
                title={t("settings.previewOf", { email: data.email.subject })}
                sandbox=""
                srcDoc={data.email.html}
              />
            </>
          )}
        </FocusModal.Body>
      </FocusModal.Content>
    </FocusModal>
  )
}

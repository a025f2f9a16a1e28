import { CheckCircleSolid, ExclamationCircleSolid } from "@medusajs/icons"
import { Container, Heading, Text } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { Copied } from "../parts/copied"
import { sayMoment } from "../parts/moment"
import type { AccountDetail } from "../queries/use-accounts"
import { missingOf } from "./missing"
import { Strong } from "./strong"

/** What to do at the gateway, what is missing here, and a green light once a proven message came. */
export function SetupSection({ account }: { account: AccountDetail }) {
  const { t, i18n } = useTranslation("ipn")
  const steps = account.setup[i18n.language.split("-")[0] ?? "en"] ?? account.setup.en ?? []
  const missing = missingOf(account, t)
  return (
    <Container className="divide-y p-0">
      <div className="px-6 py-4">
        <Heading level="h2">{t("gateways.setup")}</Heading>
      </div>
      <Light at={account.last_proven?.received_at ?? null} />
      <div className="flex flex-col gap-y-1 px-6 py-4">
        <Text size="small" weight="plus">
          {t("gateways.address")}
        </Text>
        <Text size="small" className="text-ui-fg-subtle">
          {t("gateways.addressHelp")}
        </Text>
        <div className="bg-ui-bg-subtle shadow-elevation-card-rest mt-1 rounded-md px-3 py-2">
          <Copied text={account.notify_url} />
        </div>
      </div>
      {missing.length > 0 && (
        <div className="flex flex-col gap-y-2 px-6 py-4">
          <Text size="small" weight="plus">
            {t("gateways.missing")}
          </Text>
          <ul className="flex flex-col gap-y-2">
            {missing.map((sentence) => (
              <li key={sentence} className="txt-small flex items-start gap-x-2">
                <ExclamationCircleSolid className="text-ui-tag-orange-icon mt-0.5 shrink-0" />
                <span>{sentence}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      {steps.length > 0 && (
        <div className="flex flex-col gap-y-3 px-6 py-4">
          <Text size="small" weight="plus">
            {t("gateways.steps", { gateway: account.gateway_title })}
          </Text>
          <ol className="flex flex-col gap-y-3">
            {steps.map((step, index) => (
              <li key={step} className="txt-small text-ui-fg-subtle flex items-start gap-x-3">
                <span className="bg-ui-bg-component txt-compact-xsmall-plus text-ui-fg-base flex size-5 shrink-0 items-center justify-center rounded-full border">
                  {index + 1}
                </span>
                <span>
                  <Strong text={step} />
                </span>
              </li>
            ))}
          </ol>
          <Text size="small">
            <a
              className="text-ui-fg-base decoration-ui-border-strong hover:decoration-ui-fg-base underline underline-offset-4"
              href={account.gateway_docs}
              target="_blank"
              rel="noreferrer"
            >
              {t("gateways.docs", { gateway: account.gateway_title })}
            </a>
          </Text>
        </div>
      )}
    </Container>
  )
}

function Light({ at }: { at: string | null }) {
  const { t, i18n } = useTranslation("ipn")
  return (
    <div className="flex items-center gap-x-3 px-6 py-4" role="status">
      {at ? (
        <CheckCircleSolid className="text-ui-tag-green-icon shrink-0" />
      ) : (
        <span className="border-ui-border-strong size-[15px] shrink-0 rounded-full border border-dashed" />
      )}
      <Text size="small" weight="plus">
        {at ? t("gateways.lightOn", { at: sayMoment(at, i18n.language) }) : t("gateways.lightOff")}
      </Text>
    </div>
  )
}

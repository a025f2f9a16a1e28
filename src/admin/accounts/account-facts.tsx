import { Badge, Container, Heading } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { FactRow } from "../parts/fact-row"
import { Moment } from "../parts/moment"
import type { AccountDetail } from "../queries/use-accounts"
import { sayDuration } from "./say-duration"
import { sayRefusal } from "./say-refusal"

/** What is configured of an account, and how it does. */
export function AccountFacts({ account }: { account: AccountDetail }) {
  const { t, i18n } = useTranslation("ipn")
  const { last_refusal: refusal } = account
  return (
    <Container className="divide-y p-0">
      <div className="px-6 py-4">
        <Heading level="h2">{t("gateways.details")}</Heading>
      </div>
      <FactRow title={t("gateways.mode")}>
        {account.mode === "test" ? t("common.test") : t("common.live")}
      </FactRow>
      <FactRow title={t("gateways.provider")}>{account.provider_id}</FactRow>
      <FactRow title={t("gateways.regions")}>
        {t("gateways.regionCount", { count: account.offered_in })}
      </FactRow>
      {account.secrets.map(({ name, is_set, is_missing, hints }) => (
        <FactRow key={name} title={name}>
          {is_set ? (
            hints.map((hint, index) => (
              <span key={index} className="flex items-center gap-x-2">
                {t("gateways.secretSet", { hint: hint || "…" })}
                {index > 0 && <Badge size="2xsmall">{t("gateways.previous")}</Badge>}
              </span>
            ))
          ) : is_missing ? (
            <span className="text-ui-tag-orange-text">{t("gateways.secretMissing")}</span>
          ) : (
            <span className="text-ui-fg-muted">{t("gateways.secretOptional")}</span>
          )}
        </FactRow>
      ))}
      <FactRow title={t("gateways.lastProven")}>
        {account.last_proven ? <Moment at={account.last_proven.received_at} /> : t("gateways.never")}
      </FactRow>
      <FactRow title={t("gateways.lastRefusal")}>
        {refusal ? (
          <>
            <Moment at={refusal.refused_at} />
            <span>{sayRefusal(refusal.why, t)}</span>
          </>
        ) : (
          t("gateways.never")
        )}
      </FactRow>
      <FactRow title={t("gateways.delay")}>{sayDuration(account.delay_p50_seconds, i18n.language)}</FactRow>
      <FactRow title={t("gateways.settling")}>
        {sayDuration(account.settling_p50_seconds, i18n.language)}
      </FactRow>
      <FactRow title={t("gateways.open")}>{account.open_payments}</FactRow>
      <FactRow title={t("overview.waiting")}>{account.waiting}</FactRow>
      <FactRow title={t("overview.needsYou")}>{account.needs_you}</FactRow>
    </Container>
  )
}

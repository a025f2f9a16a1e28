import { useTranslation } from "react-i18next"
import type en from "../i18n/languages/en"
import { FactRow } from "../parts/fact-row"
import { Section } from "../parts/section"
import { Badge } from "../parts/state-badge"
import type { MessageDetail } from "../queries/message"

const colors = { proven: "green", confirmed: "green", unproven: "orange" } as const

/** How it was proven that the gateway sent it. */
export function VerificationSection({ message: { verification } }: { message: MessageDetail }) {
  const { t } = useTranslation("ipn")
  const { proof, by, why, secret, skew_seconds: skew } = verification
  return (
    <Section
      title={t("message.verification")}
      actions={<Badge color={colors[proof]} label={t(`proofs.${proof}`)} />}
    >
      <p className="txt-small text-ui-fg-subtle px-6 py-4">{t(`proofHelp.${proof}`)}</p>
      {by && <FactRow title={t("message.by")}>{by.toUpperCase()}</FactRow>}
      {secret !== null && (
        <FactRow title={t("message.secret")}>
          {secret === 0 ? t("message.secretCurrent") : t("message.secretPrevious")}
        </FactRow>
      )}
      {skew !== null && (
        <FactRow title={t("message.skew")}>{t("message.skewSeconds", { count: skew })}</FactRow>
      )}
      {why && (
        <FactRow title={t("message.why")}>
          {t(`proofWhy.${why as keyof typeof en.proofWhy}`, { defaultValue: why })}
        </FactRow>
      )}
    </Section>
  )
}

import { InlineTip } from "@medusajs/ui"
import type { TFunction } from "i18next"
import { useTranslation } from "react-i18next"
import { Link } from "react-router-dom"
import { sayMoment } from "../parts/moment"
import type { Banner } from "../queries/use-overview"

/** What the owner should see before anything else. */
export function Banners({ banners }: { banners: readonly Banner[] }) {
  const { t, i18n } = useTranslation("ipn")
  const lines = linesOf(t, i18n.language, banners)
  if (lines.length === 0) return null
  return (
    <div className="flex flex-col gap-y-2">
      {lines.map(({ kind, text, isUrgent }) => (
        <InlineTip
          key={text}
          variant={isUrgent ? "error" : "warning"}
          label={t(`bannerLabels.${kind}`)}
          className="bg-ui-bg-base"
        >
          {text}{" "}
          {kind === "never_proven" && (
            <Link to="/ipn/gateways" className="text-ui-fg-base underline">
              {t("banners.gateways")}
            </Link>
          )}
        </InlineTip>
      ))}
    </div>
  )
}

/** One line for each, but one for all accounts that were never heard. */
function linesOf(t: TFunction<"ipn">, language: string, banners: readonly Banner[]) {
  const silent = banners.filter(({ kind }) => kind === "never_proven")
  const others = banners.filter(({ kind }) => kind !== "never_proven")
  return [
    ...others.map(({ kind, account_id, detail }) => {
      const account = account_id ?? ""
      const isUrgent = kind === "late" || kind === "secret_missing" || kind === "test_account_in_production"
      switch (kind) {
        case "late":
          return {
            kind,
            isUrgent,
            text: t("banners.late", { since: detail ? sayMoment(detail, language) : "" }),
          }
        case "secret_missing":
          return { kind, isUrgent, text: t("banners.secret_missing", { account, name: detail ?? "" }) }
        case "test_account_in_production":
          return { kind, isUrgent, text: t("banners.test_account_in_production", { account }) }
        default:
          return { kind, isUrgent, text: t("banners.no_email_provider") }
      }
    }),
    ...(silent.length > 0
      ? [
          {
            kind: "never_proven" as const,
            isUrgent: false,
            text: t("banners.never_proven", {
              count: silent.length,
              accounts: silent.map(({ account_id }) => account_id).join(", "),
            }),
          },
        ]
      : []),
  ]
}

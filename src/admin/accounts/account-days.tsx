import { Container, Heading, Text } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { chartColors } from "../charts/colors"
import { DayBars } from "../charts/day-bars"
import { Moment } from "../parts/moment"
import type { AccountDetail } from "../queries/use-accounts"
import { sayRefusal } from "./say-refusal"

/** The last 14 days of an account, and what was refused lately. */
export function AccountDays({ account }: { account: AccountDetail }) {
  const { t, i18n } = useTranslation("ipn")
  const day = new Intl.DateTimeFormat(i18n.language, { day: "numeric", month: "short", timeZone: "UTC" })
  return (
    <Container className="divide-y p-0">
      <div className="px-6 py-4">
        <Heading level="h2">{t("overview.days")}</Heading>
      </div>
      <div className="flex flex-col gap-y-3 px-6 py-4">
        <DayBars
          title={t("overview.days")}
          bars={account.days.map(({ day: name, received, refused }) => ({
            id: name,
            label: t("gateways.day", { day: day.format(new Date(`${name}T00:00:00Z`)), received, refused }),
            parts: [
              { value: received, color: chartColors.good },
              { value: refused, color: chartColors.bad },
            ],
          }))}
        />
        <div className="flex gap-x-4">
          <Legend color={chartColors.good} text={t("gateways.received")} />
          <Legend color={chartColors.bad} text={t("states.refused")} />
        </div>
      </div>
      {account.refusals.length > 0 && (
        <div className="flex flex-col gap-y-2 px-6 py-4">
          <Text size="small" weight="plus">
            {t("gateways.refusals")}
          </Text>
          <ul className="flex flex-col gap-y-1">
            {account.refusals.slice(0, 5).map(({ id, why, ip, refused_at }) => (
              <li key={id} className="txt-small text-ui-fg-subtle grid grid-cols-[8rem_1fr_auto] gap-x-4">
                <Moment at={refused_at} />
                <span className="text-ui-fg-base">{sayRefusal(why, t)}</span>
                <span className="tabular-nums">{ip}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </Container>
  )
}

function Legend({ color, text }: { color: string; text: string }) {
  return (
    <span className="txt-compact-xsmall text-ui-fg-subtle flex items-center gap-x-1.5">
      <span className="size-2 rounded-sm" style={{ background: color }} />
      {text}
    </span>
  )
}

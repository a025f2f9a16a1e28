import { Badge, Container, Heading, Text } from "@medusajs/ui"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { Link } from "react-router-dom"
import { Copied } from "../parts/copied"
import { Moment } from "../parts/moment"
import type { Account } from "../queries/use-accounts"
import { AccountBadge } from "./account-badge"
import { sayDuration } from "./say-duration"

/** One account at a glance; its name leads to its page. */
export function AccountCard({ account }: { account: Account }) {
  const { t, i18n } = useTranslation("ipn")
  const { received, refused } = account.last_24_hours
  return (
    <Container className="flex flex-col divide-y p-0">
      <div className="flex items-start justify-between gap-x-4 px-6 py-4">
        <div className="flex min-w-0 flex-col gap-y-0.5">
          <div className="flex items-center gap-x-2">
            <Heading level="h2" className="truncate">
              <Link
                to={`/ipn/gateways/${account.id}`}
                className="hover:underline focus-visible:shadow-borders-focus rounded-sm outline-none"
              >
                {account.gateway_title}
              </Link>
            </Heading>
            {account.mode === "test" && <Badge size="2xsmall">{t("common.test")}</Badge>}
          </div>
          <Text size="small" className="text-ui-fg-subtle truncate">
            {account.taken_over ? t("gateways.takenOver", { id: account.id }) : account.id}
          </Text>
        </div>
        <AccountBadge state={account.state} />
      </div>
      <div className="px-6 py-4">
        <Text size="xsmall" weight="plus" className="text-ui-fg-subtle mb-1">
          {t("gateways.address")}
        </Text>
        <Copied text={account.notify_url} />
      </div>
      <dl className="grid flex-1 grid-cols-3 divide-x">
        <Figure title={t("gateways.lastProven")}>
          {account.last_proven ? <Moment at={account.last_proven.received_at} /> : t("gateways.never")}
        </Figure>
        <Figure title={t("gateways.last24")}>
          {t("gateways.counts", { count: received })}
          {refused > 0 && (
            <span className="text-ui-tag-red-text">{t("gateways.refusedCount", { count: refused })}</span>
          )}
        </Figure>
        <Figure title={t("gateways.delay")}>{sayDuration(account.delay_p50_seconds, i18n.language)}</Figure>
      </dl>
    </Container>
  )
}

function Figure({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col gap-y-0.5 px-6 py-4">
      <dt className="txt-compact-xsmall-plus text-ui-fg-subtle">{title}</dt>
      <dd className="txt-compact-small flex flex-col">{children}</dd>
    </div>
  )
}

import { defineRouteConfig } from "@medusajs/admin-sdk"
import { Container, Heading, Text } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { AccountCard } from "../../../accounts/account-card"
import { DelayChart } from "../../../accounts/delay-chart"
import { CardsSkeleton } from "../../../parts/cards-skeleton"
import { Crumb } from "../../../parts/crumb"
import { FailureNotice } from "../../../parts/failure-notice"
import { useAccounts } from "../../../queries/use-accounts"

const GatewaysPage = () => {
  const { t } = useTranslation("ipn")
  const { data, error, refetch } = useAccounts()
  return (
    <div className="flex flex-col gap-y-3">
      <Container className="divide-y p-0">
        <div className="px-6 py-4">
          <Heading>{t("gateways.title")}</Heading>
          <Text size="small" className="text-ui-fg-subtle">
            {t("gateways.subtitle")}
          </Text>
        </div>
        {error && !data && <FailureNotice error={error} retry={() => void refetch()} />}
      </Container>
      {!data && !error && <CardsSkeleton />}
      {data && <DelayChart accounts={data.accounts} />}
      {data && (
        <div className="grid grid-cols-1 gap-3 xl:grid-cols-2">
          {data.accounts.map((account) => (
            <AccountCard key={account.id} account={account} />
          ))}
        </div>
      )}
    </div>
  )
}

export const handle = { breadcrumb: () => <Crumb of="gateways" /> }

export const config = defineRouteConfig({ label: "menu.gateways", translationNs: "ipn", rank: 4 })

export default GatewaysPage

import { Container, Heading, Text } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { SparkLine } from "../charts/spark-line"
import { Money } from "../parts/money"
import { useBalances, useLedger, type Balance } from "../queries/use-ledger"

const prefix = "assets:gateway:"
const shown = 6

/** What each gateway holds for the store now, and how that moved. */
export function BalanceCards() {
  const { t } = useTranslation("ipn")
  const { data } = useBalances({})
  const held = data?.balances.filter(({ ledger_account: name }) => name.startsWith(prefix)) ?? []
  if (held.length === 0) return null
  return (
    <div className="grid grid-cols-1 gap-3 md:grid-cols-2 xl:grid-cols-3">
      {held.slice(0, shown).map((balance) => (
        <BalanceCard key={`${balance.ledger_account} ${balance.currency_code}`} balance={balance} />
      ))}
      {held.length > shown && (
        <Text size="small" className="text-ui-fg-subtle px-1">
          {t("ledger.moreBalances", { count: held.length - shown })}
        </Text>
      )}
    </div>
  )
}

function BalanceCard({ balance: { ledger_account, currency_code, balance } }: { balance: Balance }) {
  const { t } = useTranslation("ipn")
  const account = ledger_account.slice(prefix.length)
  const { data } = useLedger({ account_id: account, currency_code, limit: 100 })
  // Only for the line: what is written beside it is the decimal itself.
  const points = (data?.ledger_entries ?? []).map((entry) => Number(entry.gateway_balance)).reverse()
  return (
    <Container className="flex flex-col gap-y-2 px-6 py-4">
      <Text size="small" className="text-ui-fg-subtle truncate" title={ledger_account}>
        {t("ledger.held", { account })}
      </Text>
      <Heading level="h2">
        <Money amount={balance} currency={currency_code} />
      </Heading>
      <SparkLine values={points} label={t("ledger.line", { account })} />
    </Container>
  )
}

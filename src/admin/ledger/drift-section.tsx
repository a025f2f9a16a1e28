import { CheckCircleSolid } from "@medusajs/icons"
import { Container, Table, Text } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { FailureNotice } from "../parts/failure-notice"
import { Money } from "../parts/money"
import { OrderLink } from "../parts/order-link"
import { useDrift } from "../queries/use-ledger"
import { Titled } from "../parts/titled"

/** The orders of which Medusa and the ledger say different things. */
export function DriftSection() {
  const { t } = useTranslation("ipn")
  const { data, error, refetch } = useDrift({ limit: 50 })
  return (
    <Container className="divide-y p-0">
      <div className="px-6 py-4">
        <Titled level="h2" title={t("ledger.drift")} help={t("ledger.driftHelp")} />
      </div>
      {error && !data && <FailureNotice error={error} retry={() => void refetch()} />}
      {data?.drift.length === 0 && (
        <div className="flex items-center gap-x-2 px-6 py-4">
          <CheckCircleSolid className="text-ui-tag-green-icon" />
          <Text size="small">{t("ledger.driftNone")}</Text>
        </div>
      )}
      {data && data.drift.length > 0 && (
        <div className="overflow-x-auto">
          <Table>
            <Table.Header>
              <Table.Row>
                <Table.HeaderCell>{t("messages.columns.order")}</Table.HeaderCell>
                <Table.HeaderCell>{t("ledger.columns.account")}</Table.HeaderCell>
                <Table.HeaderCell className="text-right">{t("ledger.inMedusa")}</Table.HeaderCell>
                <Table.HeaderCell className="text-right">{t("ledger.inLedger")}</Table.HeaderCell>
                <Table.HeaderCell className="text-right">{t("ledger.difference")}</Table.HeaderCell>
              </Table.Row>
            </Table.Header>
            <Table.Body>
              {data.drift.map((drift) => (
                <Table.Row key={`${drift.order_id} ${drift.account_id} ${drift.currency_code}`}>
                  <Table.Cell>
                    <OrderLink id={drift.order_id} number={drift.display_id} />
                  </Table.Cell>
                  <Table.Cell>{drift.account_id}</Table.Cell>
                  <Table.Cell className="text-right">
                    <Money amount={drift.medusa_amount} currency={drift.currency_code} />
                  </Table.Cell>
                  <Table.Cell className="text-right">
                    <Money amount={drift.ledger_amount} currency={drift.currency_code} />
                  </Table.Cell>
                  <Table.Cell className="text-ui-tag-red-text text-right">
                    <Money amount={drift.difference} currency={drift.currency_code} />
                  </Table.Cell>
                </Table.Row>
              ))}
            </Table.Body>
          </Table>
        </div>
      )}
      {data?.has_more && (
        <Text size="small" className="text-ui-fg-subtle px-6 py-4">
          {t("ledger.driftMore")}
        </Text>
      )}
    </Container>
  )
}

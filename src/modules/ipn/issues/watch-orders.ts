import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { issueKinds } from "../../../domain/issue-kinds"
import type { Issue } from "../../../domain/issues"
import { fromDecimal, isPositive, roundToCurrency, subtract, zero, type Money } from "../../../domain/money"

/** An order that nothing was paid for yet, with the payments that were started for it. */
export type UnpaidOrder = Readonly<{
  orderId: string
  placedAt: Date
  payments: readonly Readonly<{ accountId: string; reference: string; laneId?: string }>[]
}>

/** An order of which Medusa and the ledger say different things; the difference is a decimal string in major units. */
export type LedgerGap = Readonly<{
  order_id: string
  account_id: string
  currency_code: string
  difference: string
}>

/** One issue for each unpaid order, with what was last asked for it at stake. */
export async function unpaidIssues(db: Knex, orders: readonly UnpaidOrder[]): Promise<Issue[]> {
  if (orders.length === 0) return []
  const { rows } = await db.raw(
    `select expected.reference, expected.amount, expected.currency_code as currency
     from json_to_recordset(?::json) as wanted(account_id text, reference text)
     join ipn_expected_payment expected
       on expected.account_id = wanted.account_id and expected.reference = wanted.reference and expected.deleted_at is null`,
    [
      JSON.stringify(
        orders.flatMap(({ payments }) =>
          payments.map(({ accountId, reference }) => ({ account_id: accountId, reference }))
        )
      ),
    ]
  )
  const asked = new Map(
    (rows as { reference: string; amount: string; currency: string }[]).map(
      ({ reference, amount, currency }) => [reference, fromDecimal(amount, currency)]
    )
  )
  return orders.map(({ orderId, placedAt, payments }) => {
    const last = payments.at(-1)
    return {
      kind: "order_unpaid_too_long",
      subject: orderId,
      severity: issueKinds.order_unpaid_too_long.severity,
      orderId,
      accountId: last?.accountId,
      laneId: last?.laneId,
      money: last && asked.get(last.reference),
      detail: { since: placedAt.toISOString() },
    }
  })
}

/** One issue for each order and account whose money differs. */
export function gapIssues(gaps: readonly LedgerGap[]): Issue[] {
  return gaps.map(({ order_id, account_id, currency_code, difference }) => ({
    kind: "ledger_gap",
    subject: `${order_id}:${account_id}:${currency_code}`,
    severity: issueKinds.ledger_gap.severity,
    orderId: order_id,
    accountId: account_id,
    money: sizeOf(roundToCurrency(difference, currency_code)),
    detail: { told: roundToCurrency(difference, currency_code) },
  }))
}

function sizeOf(money: Money): Money {
  return isPositive(money) ? money : subtract(zero(money.currency), money)
}

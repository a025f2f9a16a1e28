import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { Settings } from "../../../config/settings"
import { issueKinds } from "../../../domain/issue-kinds"
import type { Issue } from "../../../domain/issues"
import { fromDecimal, isPositive, roundToCurrency, subtract, zero, type Money } from "../../../domain/money"
import type { UnpaidOrder } from "../asking/unpaid-orders"
import type { Drift } from "../ledger/drift"

/** An order is unpaid for too long after so many hours, or when it should have been cancelled this long ago. */
const unpaidHours = 72
const overdueHours = 2

/** After how many hours an order that waits for its money is a problem. */
export function unpaidAfterHours({ orders }: Pick<Settings, "orders">): number {
  const cancelled = orders.cancel_unpaid_after_hours
  return cancelled === null ? unpaidHours : cancelled + overdueHours
}

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
export function gapIssues(gaps: readonly Drift[]): Issue[] {
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

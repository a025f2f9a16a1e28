import type { BigNumberInput, MedusaContainer } from "@medusajs/framework/types"
import { BigNumber } from "@medusajs/framework/utils"
import type { OrderRow as Row } from "../../modules/ipn/payment-rows"
import { pendingDifference } from "./credit-line"
import { exact, graph, plainDecimal } from "./read-rows"

/** In the reference of an order's transaction: a capture or refund that did not happen after all. */
export const captureReversal = "capture_reversal"
export const refundReversal = "refund_reversal"

export type OrderRow = Readonly<{
  id: string
  currency: string
  canceled: boolean
  /** Milliseconds since 1970. */
  placedAt: number
  /** What the order is still owed, or has too much when negative: decimal string in major units. */
  pendingDifference: string
  /** The captures and refunds that stand in the order's transactions. */
  captureIds: ReadonlySet<string>
  refundIds: ReadonlySet<string>
  /** The captures and refunds whose opposite entries stand there too, see order-money. */
  reversedIds: ReadonlySet<string>
  transactions: readonly Readonly<{ reference: string | null; referenceId: string | null }>[]
  creditLines: readonly Readonly<{ reference: string | null; referenceId: string | null; amount: string }>[]
}>

/**
 * What Medusa says of an order's money; undefined when there is no such order. With its total, the summary says what
 * Medusa itself compares a credit line with: returns that were asked for are none of what the order waits for.
 */
export async function readOrder(container: MedusaContainer, id: string): Promise<OrderRow | undefined> {
  type Totals = { summary: { pending_difference?: BigNumberInput } | null }
  const rows = await graph<Omit<Row, "has_returns"> & Totals>(container, "order", { id }, [
    "id",
    "status",
    "created_at",
    "currency_code",
    "summary",
    "total",
    "transactions.reference",
    "transactions.reference_id",
    "credit_lines.reference",
    "credit_lines.reference_id",
    "credit_lines.amount",
    "credit_lines.raw_amount",
  ])
  const row = rows[0]
  if (!row) return undefined
  // As a number, as core's workflow sees it: prices with taxes in them leave digits that it does not look at.
  const difference = plainDecimal(new BigNumber(row.summary?.pending_difference ?? 0).numeric)
  return { ...orderOfRow(row), pendingDifference: pendingDifference(difference, row.currency_code) }
}

/** What an order's rows say of its money. */
export function orderOfRow(order: Omit<Row, "has_returns">): OrderRow {
  const transactions = (order.transactions ?? []).map(({ reference, reference_id }) => ({
    reference,
    referenceId: reference_id,
  }))
  const idsOf = (kind: string) =>
    new Set(
      transactions.flatMap(({ reference, referenceId }) => (reference === kind ? [referenceId ?? ""] : []))
    )
  return {
    id: order.id,
    currency: order.currency_code,
    canceled: order.status === "canceled",
    placedAt: new Date(order.created_at).getTime(),
    pendingDifference: pendingDifference(
      plainDecimal(order.summary?.raw_pending_difference?.value ?? order.summary?.pending_difference ?? 0),
      order.currency_code
    ),
    captureIds: idsOf("capture"),
    refundIds: idsOf("refund"),
    reversedIds: new Set([...idsOf(captureReversal), ...idsOf(refundReversal)]),
    transactions,
    creditLines: (order.credit_lines ?? []).map((line) => ({
      reference: line.reference,
      referenceId: line.reference_id,
      amount: exact(line),
    })),
  }
}

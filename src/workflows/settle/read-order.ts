import type { MedusaContainer } from "@medusajs/framework/types"
import { defaultCurrencies, getEpsilonFromDecimalPrecision, MathBN } from "@medusajs/framework/utils"
import type { OrderRow as Row } from "../../modules/ipn/payment-rows"
import { exact, graph, plainDecimal } from "./read-rows"

/** In the reference of an order's transaction: a capture or refund that did not happen after all. */
export const captureReversal = "capture_reversal"
export const refundReversal = "refund_reversal"

export type OrderRow = Readonly<{
  id: string
  canceled: boolean
  /** Milliseconds since 1970. */
  placedAt: number
  /**
   * What the order is still owed, or too much when negative: decimal string in major units. One unit of the currency's
   * last digit is nothing to Medusa, which takes no credit line for it either.
   */
  pendingDifference: string
  /** The captures and refunds that stand in the order's transactions. */
  captureIds: ReadonlySet<string>
  refundIds: ReadonlySet<string>
  /** The captures and refunds whose opposite entries stand there too, see order-money. */
  reversedIds: ReadonlySet<string>
  transactions: readonly Readonly<{ reference: string | null; referenceId: string | null }>[]
  creditLines: readonly Readonly<{ reference: string | null; referenceId: string | null; amount: string }>[]
}>

/** What Medusa says of an order's money; undefined when there is no such order. */
export async function readOrder(container: MedusaContainer, id: string): Promise<OrderRow | undefined> {
  const rows = await graph<Row>(container, "order", { id }, [
    "id",
    "status",
    "created_at",
    "currency_code",
    "summary",
    "transactions.reference",
    "transactions.reference_id",
    "credit_lines.reference",
    "credit_lines.reference_id",
    "credit_lines.amount",
    "credit_lines.raw_amount",
  ])
  return rows[0] && orderOfRow(rows[0])
}

/** What an order's rows say of its money. */
export function orderOfRow(order: Row): OrderRow {
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
    canceled: order.status === "canceled",
    placedAt: new Date(order.created_at).getTime(),
    pendingDifference: orNothing(
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

/** By the measure of core's own totals. */
function orNothing(difference: string, currency: string): string {
  const digits = defaultCurrencies[currency.toUpperCase()]?.decimal_digits
  const least = getEpsilonFromDecimalPrecision(digits)
  return MathBN.lte(MathBN.abs(difference), least) ? "0" : difference
}

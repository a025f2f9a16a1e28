import type { IOrderModuleService, MedusaContainer } from "@medusajs/framework/types"
import { Modules } from "@medusajs/framework/utils"
import { createOrderCreditLinesWorkflow } from "@medusajs/medusa/core-flows"
import { subtract, zero, type Money } from "../../domain/money"
import { creditLine } from "./credit-line"
import { captureReversal, readOrder, refundReversal, type OrderRow } from "./read-order"
import { writeOffReference } from "./read-store"

/** In the reference of an order's credit line: what a refund took off the order's total, and gave back. */
const refundCredit = "ipn_refund"
const refundCreditBack = "ipn_refund_reversal"

/** Core writes a credit line within a second; an order change of one that is older was cut by a crash. */
const interruptedAfterMs = 3_000

/**
 * Writes a movement of money on an order, once for a reference and its id. The caller holds the lock of the payment:
 * Medusa itself would write it twice for two callers.
 */
export async function addTransaction(
  container: MedusaContainer,
  orderId: string,
  money: Money,
  reference: "capture" | "refund" | typeof refundReversal | typeof captureReversal,
  referenceId: string
): Promise<Record<string, never>> {
  const orders = container.resolve<IOrderModuleService>(Modules.ORDER)
  await orders.addOrderTransactions({
    order_id: orderId,
    amount: money.amount as unknown as number, // exact decimal string; core reads it as a BigNumber
    currency_code: money.currency,
    reference,
    reference_id: referenceId,
  })
  return {}
}

/**
 * Writes a refund on an order as Medusa's own refund does: the order's total becomes less by what it is not owed
 * anyway, and the money goes out. May be called again after a crash: each half is written once.
 */
export async function bookRefund(
  container: MedusaContainer,
  orderId: string,
  refundId: string,
  money: Money
): Promise<Record<string, never>> {
  const before = await requireOrder(container, orderId)
  if (!before.transactions.some((one) => isFor(one, "refund", refundId))) {
    await addTransaction(container, orderId, negative(money), "refund", refundId)
  }
  if (!before.canceled && !before.creditLines.some((line) => isFor(line, refundCredit, refundId))) {
    await addCreditLine(container, orderId, money.amount, refundCredit, refundId)
  }
  return {}
}

/**
 * Takes back what {@link bookRefund} or Medusa's own refund wrote, by opposite entries; each only once. Medusa's credit
 * lines bear no refund's id: of its own refunds the whole is taken to have come off the order's total.
 */
export async function unbookRefund(
  container: MedusaContainer,
  orderId: string,
  { refundId, money, ours }: Readonly<{ refundId: string; money: Money; ours: boolean }>
): Promise<void> {
  const order = await requireOrder(container, orderId)
  if (!order.transactions.some((one) => isFor(one, "refund", refundId))) return
  if (!order.transactions.some((one) => isFor(one, refundReversal, refundId))) {
    await addTransaction(container, orderId, money, refundReversal, refundId)
  }
  if (order.canceled || order.creditLines.some((line) => isFor(line, refundCreditBack, refundId))) return
  const line = order.creditLines.find((one) => isFor(one, refundCredit, refundId))
  const credited = line?.amount ?? (ours ? "0" : money.amount)
  await addCreditLine(container, orderId, `-${credited}`, refundCreditBack, refundId)
}

/** Takes back that an order was paid by a capture that did not happen. */
export async function unbookCapture(
  container: MedusaContainer,
  orderId: string,
  captureId: string,
  money: Money
): Promise<void> {
  const { transactions } = await requireOrder(container, orderId)
  const isBooked = transactions.some((one) => isFor(one, "capture", captureId))
  if (!isBooked || transactions.some((one) => isFor(one, captureReversal, captureId))) return
  await addTransaction(container, orderId, negative(money), captureReversal, captureId)
}

/** Takes what will not come off an order's total; less than nothing puts it back. */
export async function writeOff(
  container: MedusaContainer,
  orderId: string,
  sessionId: string,
  money: Money
): Promise<Record<string, never>> {
  await addCreditLine(container, orderId, money.amount, writeOffReference, sessionId)
  return {}
}

/** @param wanted Decimal string in major units: what comes off the order's total; less than nothing goes back. */
async function addCreditLine(
  container: MedusaContainer,
  orderId: string,
  wanted: string,
  reference: string,
  referenceId: string
): Promise<void> {
  await dropInterruptedCreditLine(container, orderId)
  const { pendingDifference, currency } = await requireOrder(container, orderId)
  const amount = creditLine(wanted, pendingDifference, currency)
  if (amount === undefined) return
  await createOrderCreditLinesWorkflow(container).run({
    input: {
      id: orderId,
      // An exact decimal string; core reads it as a BigNumber.
      credit_lines: [
        {
          amount: amount as unknown as number,
          reference,
          reference_id: referenceId,
          metadata: null,
        },
      ],
    },
  })
}

/**
 * A crash inside core's workflow leaves the order with a pending change that nobody finishes, and core takes no other
 * meanwhile, not even an edit by the owner. One that is still pending after this time is such a one.
 */
async function dropInterruptedCreditLine(container: MedusaContainer, orderId: string): Promise<void> {
  const orders = container.resolve<IOrderModuleService>(Modules.ORDER)
  const changes = await orders.listOrderChanges({ order_id: orderId, change_type: "credit_line" } as never, {
    select: ["id", "status", "created_at"],
  })
  for (const { id, status, created_at } of changes) {
    const age = Date.now() - new Date(created_at).getTime()
    if (status === "pending" && age > interruptedAfterMs) await orders.cancelOrderChange(id)
  }
}

async function requireOrder(container: MedusaContainer, orderId: string): Promise<OrderRow> {
  const order = await readOrder(container, orderId)
  if (!order) throw new Error(`order ${orderId} no longer exists`)
  return order
}

function isFor(
  row: Readonly<{ reference: string | null; referenceId: string | null }>,
  reference: string,
  id: string
): boolean {
  return row.reference === reference && row.referenceId === id
}

function negative(money: Money): Money {
  return subtract(zero(money.currency), money)
}

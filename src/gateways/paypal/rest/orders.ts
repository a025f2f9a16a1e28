import { equals } from "../../../domain/money"
import type { Expected, Io } from "../../gateway"
import type { PaypalAccount } from "../options"
import { callPaypal, PaypalRefusal } from "./api"
import { paypalObjects, type Order } from "./objects"
import { readOrder } from "./read-order"
import type { Statement } from "./statement"

/** An order, or undefined when PayPal knows no order of that id. */
export async function getOrder(id: string, account: PaypalAccount, io: Io): Promise<Order | undefined> {
  const call = { method: "GET", path: `/v2/checkout/orders/${id}` } as const
  return orUndefined(callPaypal(call, paypalObjects.order, account, io))
}

/**
 * What an order says, after the last step of a payment that its buyer approved was taken. PayPal leaves that step to
 * the store: on CHECKOUT.ORDER.APPROVED, or when the buyer is back, the store captures or authorises
 * (https://developer.paypal.com/payment-methods/webhooks, read 2026-11-22), and approvals that are not taken up within
 * three hours are given back. It is taken only for the very order that we made for this reference, for exactly the
 * amount that we asked for, after PayPal itself says that its buyer approved it: never because a message says so.
 */
export async function completeOrder(
  order: Order,
  expected: Expected,
  account: PaypalAccount,
  io: Io
): Promise<Statement[]> {
  if (order.status !== "APPROVED" || !isAsAsked(order, expected)) return readOrder(order, expected.reference)
  const approvedAt = order.update_time ?? order.create_time
  const step = order.intent === "AUTHORIZE" ? "authorize" : "capture"
  const call = {
    method: "POST",
    path: `/v2/checkout/orders/${order.id}/${step}`,
    // A buyer whose bank said no may approve again with another card: that is another try.
    requestId: `${step}-${order.id}-${approvedAt?.getTime() ?? 0}`,
  } as const
  try {
    return readOrder(await callPaypal(call, paypalObjects.order, account, io), expected.reference)
  } catch (error) {
    if (!(error instanceof PaypalRefusal) || error.status !== 422) throw error
    if (/^ORDER_ALREADY_/.test(error.issue)) {
      const done = await getOrder(order.id, account, io)
      return done ? readOrder(done, expected.reference) : []
    }
    return [
      {
        key: ["order", order.id, "declined", approvedAt?.getTime() ?? 0].join(":"),
        type: "payment.attempt_failed",
        reference: expected.reference,
        gatewayPayment: order.id,
        resource: order.id,
        money: expected.money,
        ...(approvedAt ? { occurredAt: approvedAt } : {}),
        reason: { code: error.issue, text: error.message },
      },
    ]
  }
}

function isAsAsked(order: Order, expected: Expected): boolean {
  const [unit, ...others] = order.purchase_units ?? []
  const amount = unit?.amount
  return (
    others.length === 0 &&
    !!amount &&
    equals(amount, expected.money) &&
    unit.custom_id === expected.reference &&
    expected.gatewayPayments.includes(order.id)
  )
}

/** The answer, or undefined when PayPal knows no such object. */
export async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (error instanceof PaypalRefusal && error.issue === "RESOURCE_NOT_FOUND") return undefined
    throw error
  })
}

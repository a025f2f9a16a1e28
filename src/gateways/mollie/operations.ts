import { z } from "@medusajs/framework/zod"
import { equals, type Money } from "../../domain/money"
import { GatewayRefusedError, type Expected, type Io, type MoneyInput, type Operations } from "../gateway"
import { callMollie, getPayment } from "./api"
import type { MollieAccount, MollieConfig } from "./config"
import { isPaymentId } from "./entity"
import { listMollie } from "./list"
import { mollieObjects, type MolliePayment } from "./objects"
import { readCapture } from "./read-capture"
import { readPayment } from "./read-payment"
import { readRefund } from "./read-refund"
import { asEvents, keyIn } from "./statement"

/** Making and changing payments with Mollie's Payments API. https://docs.mollie.com/reference/payments-api */
export const mollieOperations: Operations<MollieConfig> = {
  async create(input, account, io) {
    const { captureMode, methods } = account.config
    const payment = await callMollie(
      {
        method: "POST",
        path: "/v2/payments",
        idempotencyKey: `create ${input.reference} ${input.money.amount} ${input.money.currency}`,
        body: {
          amount: asAmount(input.money),
          description: input.description ?? "Order",
          redirectUrl: input.returnUrl,
          cancelUrl: input.cancelUrl,
          webhookUrl: input.notifyUrl,
          metadata: { ipn_reference: input.reference },
          ...(captureMode === "manual" ? { captureMode } : {}),
          ...(methods ? { method: methods } : {}),
          ...(input.email ? { billingAddress: { email: input.email } } : {}),
        },
      },
      mollieObjects.payment,
      account,
      io
    )
    const url = payment._links?.checkout?.href
    if (!url) throw new Error(`Mollie gave no address for the payment ${payment.id}`)
    return { gatewayPayment: payment.id, next: { kind: "redirect", url } }
  },

  async fetch(expected, account, io) {
    const payments = await paymentsOf(expected, account, io)
    return asEvents(payments.flatMap(readPayment), account)
  },

  async capture({ expected, money, key }, account, io) {
    const payment = await paymentThat("authorized", expected, account, io)
    const done = payment._embedded?.captures?.find(
      (one) => keyIn(one.metadata) === key && one.status !== "failed"
    )
    if (done) return asEvents([...readCapture(done), ...readPayment(payment)], account)
    if (payment.status === "paid" && equals(payment.amountCaptured ?? payment.amount, money)) {
      return asEvents(readPayment(payment), account)
    }
    if (payment.status !== "authorized") throw refusal(payment, "captured")
    const capture = await callMollie(
      {
        method: "POST",
        path: `/v2/payments/${payment.id}/captures`,
        idempotencyKey: `capture ${key}`,
        body: { amount: asAmount(money), metadata: { ipn_reference: expected.reference, ipn_key: key } },
      },
      mollieObjects.capture,
      account,
      io
    )
    if (capture.status === "failed") throw new GatewayRefusedError("Mollie could not capture this payment.")
    return asEvents(readCapture(capture), account)
  },

  async refund({ expected, money, key }, account, io) {
    const payment = await paymentThat("paid", expected, account, io)
    const made = payment._embedded?.refunds?.find(
      (one) =>
        keyIn(one.metadata) === key &&
        equals(one.amount, money) &&
        !["failed", "canceled"].includes(one.status)
    )
    const refund =
      made ??
      (await callMollie(
        {
          method: "POST",
          path: `/v2/payments/${payment.id}/refunds`,
          idempotencyKey: `refund ${key} ${money.amount}`,
          body: { amount: asAmount(money), metadata: { ipn_reference: expected.reference, ipn_key: key } },
        },
        mollieObjects.refund,
        account,
        io
      ))
    return asEvents(readRefund(refund), account)
  },

  async cancel({ expected, key }, account, io) {
    const payment = await paymentThat("authorized", expected, account, io)
    const ended = ["canceled", "expired", "failed"].includes(payment.status)
    if (ended) return asEvents(readPayment(payment), account)
    if (payment.status === "authorized") return release(payment, key, account, io)
    if (payment.status === "paid" || !payment.isCancelable) throw refusal(payment, "cancelled")
    const canceled = await callMollie(
      { method: "DELETE", path: `/v2/payments/${payment.id}`, idempotencyKey: `cancel ${key}` },
      mollieObjects.payment,
      account,
      io
    )
    return asEvents(readPayment(canceled), account)
  },

  list: listMollie,
}

/** The buyer's bank lets the money go when it does: Mollie tells of it by webhook. */
async function release(payment: MolliePayment, key: string, account: MollieAccount, io: Io) {
  const path = `/v2/payments/${payment.id}/release-authorization`
  await callMollie({ method: "POST", path, idempotencyKey: `release ${key}` }, z.unknown(), account, io)
  const now = await getPayment(payment.id, account, io)
  return asEvents(now ? readPayment(now) : [], account)
}

/** Every payment that Mollie made for a reference, the newest first. */
async function paymentsOf(expected: Expected, account: MollieAccount, io: Io): Promise<MolliePayment[]> {
  const ids = [...new Set(expected.gatewayPayments)].filter(isPaymentId).reverse()
  const payments: MolliePayment[] = []
  for (const id of ids) {
    const payment = await getPayment(id, account, io)
    if (payment) payments.push(payment)
  }
  return payments
}

/** The payment that holds or took the money; else the newest one, whose state then says why nothing can be done. */
async function paymentThat(
  status: "authorized" | "paid",
  expected: MoneyInput["expected"],
  account: MollieAccount,
  io: Io
): Promise<MolliePayment> {
  const payments = await paymentsOf(expected, account, io)
  const other = status === "paid" ? "authorized" : "paid"
  const found =
    payments.find((one) => one.status === status) ??
    payments.find((one) => one.status === other) ??
    payments[0]
  if (!found) throw new GatewayRefusedError(`Mollie knows no payment for ${expected.reference}.`)
  return found
}

function refusal({ id, status }: MolliePayment, verb: string): GatewayRefusedError {
  const why: Record<string, string> = {
    open: "the buyer is on the payment page; it ends by itself when its time is over",
    pending: "the bank has not decided yet",
    paid: "the money is there already",
  }
  return new GatewayRefusedError(
    `Mollie's payment ${id} is ${status} and cannot be ${verb}: ${why[status] ?? "it ended"}.`
  )
}

/** `{ currency: "EUR", value: "10.00" }`, with exactly the currency's digits. */
function asAmount({ amount, currency }: Money) {
  return { currency: currency.toUpperCase(), value: amount }
}

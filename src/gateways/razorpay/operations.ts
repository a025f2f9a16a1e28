import { createHash } from "node:crypto"
import { z } from "@medusajs/framework/zod"
import { equals, type Money } from "../../domain/money"
import { GatewayRefusedError, type Expected, type Io, type Operations } from "../gateway"
import { callRazorpay, orUndefined, RazorpayRefusal } from "./api"
import type { RazorpayAccount, RazorpayConfig } from "./config"
import { createLink } from "./create-link"
import { listRazorpay } from "./list"
import { fromRazorpayAmount, toRazorpayAmount } from "./minor-units"
import { razorpayObjects, type RazorpayLink, type RazorpayPayment, type RazorpayRefund } from "./objects"
import { readLink } from "./read-link"
import { readPayment } from "./read-payment"
import { readRefund } from "./read-refund"
import { asEvents, keyIn } from "./statement"

/** Making and changing payments with Razorpay's payment links. https://razorpay.com/docs/payments/payment-links/apis/ */
export const razorpayOperations: Operations<RazorpayConfig> = {
  create: createLink,

  async fetch(expected, account, io) {
    const { links, payments } = await askAbout(expected, account, io)
    const refunds = await Promise.all(
      payments.map(async (payment) =>
        isTaken(payment) || payment.status === "refunded" ? refundsOf(payment, account, io) : []
      )
    )
    return asEvents(
      [
        ...links.flatMap(readLink),
        ...payments.flatMap((payment, index) => [
          ...readPayment(payment),
          ...(refunds[index] ?? []).flatMap((refund) => readRefund(refund, payment)),
        ]),
      ],
      account
    )
  },

  async capture({ expected, money }, account, io) {
    const { payments } = await askAbout(expected, account, io)
    const payment = payments.find(({ status }) => status === "authorized") ?? payments.find(isTaken)
    if (!payment) throw nothingPaid(expected)
    if (isTaken(payment) && equals(amountOf(payment), money)) return asEvents(readPayment(payment), account)
    const captured = await callRazorpay(
      {
        method: "POST",
        path: `/v1/payments/${payment.id}/capture`,
        body: { amount: toRazorpayAmount(money), currency: money.currency.toUpperCase() },
      },
      razorpayObjects.payment,
      account,
      io
    ).catch(async (error: unknown) => {
      // Captured meanwhile, by an earlier call or by Razorpay itself.
      const now = error instanceof RazorpayRefusal ? await getPayment(payment.id, account, io) : undefined
      if (now && isTaken(now) && equals(amountOf(now), money)) return now
      throw error
    })
    return asEvents(readPayment(captured), account)
  },

  async refund({ expected, money, key }, account, io) {
    const { payments } = await askAbout(expected, account, io)
    const taken = payments.filter((payment) => isTaken(payment) || payment.status === "refunded")
    for (const payment of taken) {
      const made = (await refundsOf(payment, account, io)).find(
        (one) => keyIn(one.notes) === key && one.status !== "failed"
      )
      if (made) return asEvents(readRefund(made), account)
    }
    const payment = taken.find(isTaken) ?? taken[0]
    if (!payment) throw nothingPaid(expected)
    const refund = await callRazorpay(
      {
        method: "POST",
        path: `/v1/payments/${payment.id}/refund`,
        idempotencyKey: `ipn-${digestOf(`refund ${payment.id} ${key} ${money.amount}`)}`,
        body: {
          amount: toRazorpayAmount(money),
          speed: account.config.refundSpeed,
          notes: { ipn_reference: expected.reference, ipn_key: key },
        },
      },
      razorpayObjects.refund,
      account,
      io
    )
    if (refund.status === "failed") throw new GatewayRefusedError("Razorpay could not refund this payment.")
    return asEvents(readRefund(refund), account)
  },

  async cancel({ expected }, account, io) {
    const { links, payments } = await askAbout(expected, account, io)
    if (payments.some(isTaken))
      throw new GatewayRefusedError("The money is there already: refund it instead.")
    if (payments.some(({ status }) => status === "authorized")) {
      throw new GatewayRefusedError(
        "Razorpay cannot release an authorised payment: it gives the money back by itself when it is not captured within days."
      )
    }
    const ended: RazorpayLink[] = []
    for (const link of links) {
      if (link.status !== "created") ended.push(link)
      else {
        const path = `/v1/payment_links/${link.id}/cancel`
        ended.push(await callRazorpay({ method: "POST", path }, razorpayObjects.paymentLink, account, io))
      }
    }
    return asEvents(ended.flatMap(readLink), account)
  },

  list: listRazorpay,
}

type Known = Readonly<{ links: readonly RazorpayLink[]; payments: readonly RazorpayPayment[] }>

/** Every link of a reference and every try to pay it, the newest first. */
async function askAbout(expected: Expected, account: RazorpayAccount, io: Io): Promise<Known> {
  const ids = [...new Set(expected.gatewayPayments)].filter(isId).reverse()
  const links: RazorpayLink[] = []
  const payments = new Map<string, RazorpayPayment>()
  for (const id of ids.filter((one) => one.startsWith("plink_"))) {
    const path = `/v1/payment_links/${id}`
    const link = await orUndefined(
      callRazorpay({ method: "GET", path }, razorpayObjects.paymentLink, account, io)
    )
    if (!link) continue
    links.push(link)
    for (const payment of await paymentsOf(link, account, io)) payments.set(payment.id, payment)
  }
  for (const id of ids.filter((one) => one.startsWith("pay_") && !payments.has(one))) {
    const payment = await getPayment(id, account, io)
    if (payment) payments.set(id, payment)
  }
  return { links, payments: [...payments.values()] }
}

/** A link lists captured payments only; its order, which it has once somebody tried to pay, lists them all. */
async function paymentsOf(link: RazorpayLink, account: RazorpayAccount, io: Io): Promise<RazorpayPayment[]> {
  const order = link.order_id
  if (order && isId(order)) {
    const path = `/v1/orders/${order}/payments`
    const { items } = await callRazorpay(
      { method: "GET", path },
      listOf(razorpayObjects.payment),
      account,
      io
    )
    return items.sort((a, b) => b.created_at.getTime() - a.created_at.getTime())
  }
  const ids = (link.payments ?? []).flatMap(({ payment_id: id }) => (id && isId(id) ? [id] : []))
  const found = await Promise.all(ids.map((id) => getPayment(id, account, io)))
  return found.filter((payment) => payment !== undefined)
}

function getPayment(id: string, account: RazorpayAccount, io: Io): Promise<RazorpayPayment | undefined> {
  return orUndefined(
    callRazorpay({ method: "GET", path: `/v1/payments/${id}` }, razorpayObjects.payment, account, io)
  )
}

async function refundsOf(
  payment: RazorpayPayment,
  account: RazorpayAccount,
  io: Io
): Promise<RazorpayRefund[]> {
  const path = `/v1/payments/${payment.id}/refunds?count=100`
  return (await callRazorpay({ method: "GET", path }, listOf(razorpayObjects.refund), account, io)).items
}

function listOf<T>(item: z.ZodType<T>) {
  return z.looseObject({ items: z.array(item) })
}

function isTaken({ status }: RazorpayPayment): boolean {
  return status === "captured"
}

function amountOf({ amount, currency }: RazorpayPayment): Money {
  return fromRazorpayAmount(amount, currency)
}

function nothingPaid(expected: Expected): GatewayRefusedError {
  return new GatewayRefusedError(
    `Razorpay has no payment for ${expected.reference} that could be taken or refunded.`
  )
}

/** Razorpay's ids are letters and digits; nothing else becomes part of an address. */
function isId(id: string): boolean {
  return /^(?:plink|pay|order)_[A-Za-z0-9_]{1,64}$/.test(id)
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 40)
}

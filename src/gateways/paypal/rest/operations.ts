import { z } from "@medusajs/framework/zod"
import { add, compare, type Money } from "../../../domain/money"
import { GatewayRefusedError, type Expected, type Io, type Operations } from "../../gateway"
import type { PaypalAccount, PaypalConfig } from "../options"
import { writeAmount } from "../write-amount"
import { callPaypal, PaypalRefusal } from "./api"
import {
  paypalObjects,
  webhookEvent,
  type Authorization,
  type Capture,
  type Order,
  type Refund,
} from "./objects"
import { completeOrder, getOrder, orUndefined } from "./orders"
import { readWebhook } from "./parse"
import { readAuthorization } from "./read-authorization"
import { readCapture, withAuthorization } from "./read-capture"
import { readRefund } from "./read-refund"
import { asEvents, relatedId, type Statement } from "./statement"

/** Making and changing payments with Orders v2 and Payments v2. https://developer.paypal.com/docs/api/orders/v2/ */
export const restOperations = {
  async create(input, account, io) {
    const { currency } = input.money
    const value = writeAmount(input.money)
    const order = await callPaypal(
      {
        method: "POST",
        path: "/v2/checkout/orders",
        requestId: `create-${input.reference}-${value}-${currency}`.slice(0, 108),
        body: JSON.stringify({
          intent: account.config.paymentAction === "authorization" ? "AUTHORIZE" : "CAPTURE",
          purchase_units: [
            {
              custom_id: input.reference,
              invoice_id: input.reference,
              description: (input.description ?? "Order").slice(0, 127),
              amount: { currency_code: currency.toUpperCase(), value },
            },
          ],
          payment_source: {
            paypal: {
              ...(input.email ? { email_address: input.email } : {}),
              experience_context: {
                user_action: "PAY_NOW",
                shipping_preference: "NO_SHIPPING",
                return_url: input.returnUrl,
                cancel_url: input.cancelUrl,
              },
            },
          },
        }),
      },
      paypalObjects.order,
      account,
      io
    )
    const page = order.links?.find(({ rel }) => rel === "payer-action" || rel === "approve")
    if (!page) throw new Error(`PayPal gave no address for the order ${order.id}`)
    return { gatewayPayment: order.id, next: { kind: "redirect", url: page.href } }
  },

  completes: true,

  async fetch(expected, account, io) {
    return asEvents(
      await readPayment(await findPayment(expected, account, io), expected, account, io),
      account
    )
  },

  async capture({ expected, money, key }, account, io) {
    const found = await findPayment(expected, account, io)
    const authorization = found.authorizations.find(({ status }) =>
      ["CREATED", "PARTIALLY_CAPTURED", "PENDING"].includes(status ?? "")
    )
    if (!authorization) {
      const told = await readPayment(found, expected, account, io)
      const taken = told.filter(({ type }) => type === "payment.captured").map((one) => one.money)
      if (sumOf(taken, money) >= 0) return asEvents(told, account)
      throw new GatewayRefusedError(
        `PayPal holds no reserved money for ${expected.reference}: the buyer has not approved it, or it was captured or released already.`
      )
    }
    const capture = await callPaypal(
      {
        method: "POST",
        path: `/v2/payments/authorizations/${authorization.id}/capture`,
        requestId: `capture-${key}`.slice(0, 108),
        body: JSON.stringify({ amount: written(money) }),
      },
      paypalObjects.capture,
      account,
      io
    )
    return asEvents(readCapture(withAuthorization(capture, authorization.id), expected.reference), account)
  },

  async refund({ expected, money, key }, account, io) {
    const { captures } = await findPayment(expected, account, io)
    // By the whole amount, not by what is left: a call that is repeated must meet the same capture again.
    const candidates = captures.filter(
      ({ amount, status }) =>
        ["COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED"].includes(status ?? "") &&
        amount.currency === money.currency &&
        compare(amount, money) >= 0
    )
    let refusal = new GatewayRefusedError(
      captures.length > 1
        ? `the payment was captured in ${captures.length} parts, none of which is as much as ${money.amount}: refund it in parts.`
        : `PayPal has taken no ${money.amount} ${money.currency.toUpperCase()} for ${expected.reference}: there is nothing to refund.`
    )
    for (const capture of candidates) {
      const call = {
        method: "POST",
        path: `/v2/payments/captures/${capture.id}/refund`,
        requestId: `refund-${capture.id}-${key}`.slice(0, 108),
        body: JSON.stringify({ amount: written(money), custom_id: expected.reference }),
      } as const
      try {
        const refund = await callPaypal(call, paypalObjects.refund, account, io)
        return asEvents(readRefund(withCapture(refund, capture.id), expected.reference), account)
      } catch (error) {
        const isUsedUp =
          error instanceof PaypalRefusal &&
          ["CAPTURE_FULLY_REFUNDED", "REFUND_AMOUNT_EXCEEDED"].includes(error.issue)
        if (!isUsedUp) throw error
        refusal = error
      }
    }
    throw refusal
  },

  async cancel({ expected, key }, account, io) {
    const found = await findPayment(expected, account, io)
    if (found.captures.length > 0) {
      throw new GatewayRefusedError("the money is captured, or on its way: refund it instead.")
    }
    const statements: Statement[] = []
    for (const authorization of found.authorizations) {
      if (authorization.status === "VOIDED") {
        statements.push(...readAuthorization(authorization, expected.reference))
        continue
      }
      const path = `/v2/payments/authorizations/${authorization.id}/void`
      const call = {
        method: "POST",
        path,
        requestId: `void-${authorization.id}-${key}`.slice(0, 108),
      } as const
      await callPaypal(call, z.looseObject({}), account, io)
      const voided = { ...authorization, status: "VOIDED", update_time: io.now(), expiration_time: undefined }
      statements.push(...readAuthorization(voided, expected.reference))
    }
    if (statements.length > 0) return asEvents(statements, account)
    throw new GatewayRefusedError(
      "the buyer has not paid, so there is nothing to cancel: PayPal closes the open payment by itself after some hours."
    )
  },

  async *list({ from, to }, account, io) {
    const query = new URLSearchParams({
      page_size: "100",
      start_time: from.toISOString(),
      end_time: to.toISOString(),
    })
    let path: string | undefined = `/v1/notifications/webhooks-events?${query.toString()}`
    while (path !== undefined) {
      const page: z.infer<typeof eventsPage> = await callPaypal(
        { method: "GET", path },
        eventsPage,
        account,
        io
      )
      const events = page.events ?? []
      yield asEvents(
        events
          .filter(({ create_time }) => !create_time || (create_time >= from && create_time < to))
          .flatMap(readWebhook),
        account
      )
      const next = page.links?.find(({ rel }) => rel === "next")
      // Only the query of the next page is taken: the host is ours.
      path =
        next && events.length > 0
          ? `/v1/notifications/webhooks-events${new URL(next.href).search}`
          : undefined
    }
  },
} satisfies Operations<PaypalConfig>

const eventsPage = z.looseObject({
  events: z.array(webhookEvent).nullish(),
  links: z.array(z.looseObject({ rel: z.string(), href: z.string() })).nullish(),
})

/** What PayPal has under the ids that are known of a payment. All its ids look alike: each is tried as an order first. */
type Found = Readonly<{
  orders: readonly Order[]
  authorizations: readonly Authorization[]
  captures: readonly Capture[]
}>

async function findPayment(expected: Expected, account: PaypalAccount, io: Io): Promise<Found> {
  const orders: Order[] = []
  const authorizations = new Map<string, Authorization>()
  const captures = new Map<string, Capture>()
  for (const id of new Set(expected.gatewayPayments)) {
    if (!/^[\w-]{1,64}$/.test(id) || authorizations.has(id) || captures.has(id)) continue
    const order = await getOrder(id, account, io)
    if (order) {
      orders.push(order)
      for (const { payments } of order.purchase_units ?? []) {
        for (const one of payments?.authorizations ?? []) authorizations.set(one.id, one)
        for (const one of payments?.captures ?? []) captures.set(one.id, one)
      }
      continue
    }
    const get = <T>(kind: string, schema: z.ZodType<T>) =>
      orUndefined(callPaypal({ method: "GET", path: `/v2/payments/${kind}/${id}` }, schema, account, io))
    const capture = await get("captures", paypalObjects.capture)
    if (capture) captures.set(id, capture)
    const authorization = capture ? undefined : await get("authorizations", paypalObjects.authorization)
    if (authorization) authorizations.set(id, authorization)
  }
  return { orders, authorizations: [...authorizations.values()], captures: [...captures.values()] }
}

async function readPayment(
  found: Found,
  expected: Expected,
  account: PaypalAccount,
  io: Io
): Promise<Statement[]> {
  const statements: Statement[] = []
  for (const order of found.orders) statements.push(...(await completeOrder(order, expected, account, io)))
  for (const one of found.authorizations) statements.push(...readAuthorization(one, expected.reference))
  for (const one of found.captures) statements.push(...readCapture(one, expected.reference))
  return [...new Map(statements.map((statement) => [statement.key, statement])).values()]
}

function written(money: Money) {
  return { currency_code: money.currency.toUpperCase(), value: writeAmount(money) }
}

/** -1, 0 or 1 as the amounts together are less than, equal to or more than the wanted one. */
function sumOf(amounts: readonly (Money | undefined)[], wanted: Money): -1 | 0 | 1 {
  const same = amounts.filter((one): one is Money => one?.currency === wanted.currency)
  const [first, ...rest] = same
  return first ? compare(rest.reduce(add, first), wanted) : -1
}

/** PayPal's short answers do not name the capture of a refund. */
function withCapture(refund: Refund, capture: string): Refund {
  if (relatedId(refund, "capture")) return refund
  return { ...refund, supplementary_data: { related_ids: { capture_id: capture } } }
}

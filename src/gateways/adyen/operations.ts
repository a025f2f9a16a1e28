import { z } from "@medusajs/framework/zod"
import type { PaymentEvent } from "../../domain/payment-event"
import { GatewayRefusedError, type Expected, type Io, type MoneyInput, type Operations } from "../gateway"
import { fromAdyenAmount, toAdyenAmount } from "./amounts"
import { AdyenRefusal, callAdyen } from "./api"
import type { AdyenAccount, AdyenConfig } from "./config"

/** https://docs.adyen.com/api-explorer/Checkout/latest/post/paymentLinks */
const paymentLink = z.looseObject({
  id: z.string().regex(/^PL[A-Za-z0-9]{16}$/, "is not the id of a payment link"),
  url: z.url(),
  status: z.string(),
  reference: z.string().nullish(),
  amount: z.looseObject({ value: z.string(), currency: z.string() }),
})
type PaymentLink = z.infer<typeof paymentLink>

/** Adyen's "we have your wish, the outcome follows in a message". */
const received = z.looseObject({ pspReference: z.string().min(1).max(64) })

/** Making and changing payments with Pay by Link. https://docs.adyen.com/unified-commerce/pay-by-link */
export const adyenOperations: Operations<AdyenConfig> = {
  async create(input, account, io) {
    const { config } = account
    const amount = toAdyenAmount(input.money)
    const minutes = config.expiresAfterMinutes
    const link = await callAdyen(
      {
        method: "POST",
        path: "/paymentLinks",
        // Another amount for the same reference is another link.
        idempotency: ["create", input.reference, amount.currency, String(amount.value)],
        body: {
          merchantAccount: config.merchantAccount,
          reference: input.reference,
          amount,
          returnUrl: input.returnUrl,
          ...(config.captureMethod === "manual" ? { manualCapture: true } : { captureDelayHours: 0 }),
          ...(input.description ? { description: input.description.slice(0, 280) } : {}),
          ...(input.email ? { shopperEmail: input.email } : {}),
          ...(config.paymentMethods ? { allowedPaymentMethods: config.paymentMethods } : {}),
          ...(config.countryCode ? { countryCode: config.countryCode } : {}),
          ...(config.shopperLocale ? { shopperLocale: config.shopperLocale } : {}),
          ...(minutes ? { expiresAt: writeTime(new Date(io.now().getTime() + minutes * 60_000)) } : {}),
        },
      },
      paymentLink,
      account,
      io
    )
    return { gatewayPayment: link.id, next: { kind: "redirect", url: link.url } }
  },

  async fetch(expected, account, io) {
    const links = await Promise.all(linksOf(expected).map((id) => getLink(id, account, io)))
    return links.flatMap((link) => (link ? readLink(link, account) : []))
  },

  async capture(input, account, io) {
    return change("captures", input, account, io, { amount: toAdyenAmount(input.money) })
  },

  async refund(input, account, io) {
    return change("refunds", input, account, io, { amount: toAdyenAmount(input.money) })
  },

  async cancel(input, account, io) {
    if (paymentOf(input.expected)) return change("cancels", input, account, io)
    const links = await Promise.all(linksOf(input.expected).map((id) => getLink(id, account, io)))
    const open = links.flatMap((link) =>
      link && ["active", "paymentPending"].includes(link.status) ? link : []
    )
    if (links.some((link) => link && isPaid(link))) return cancelByReference(input, account, io)
    const closed = await Promise.all(open.map((link) => expireLink(link, account, io)))
    return closed.flatMap((link) => readLink(link, account))
  },
}

/**
 * Asks for a capture, refund or cancellation. Adyen only says that it has the wish; whether it came true is told in a
 * message. A refund is pending until then. https://docs.adyen.com/online-payments/refund
 */
async function change(
  kind: "captures" | "refunds" | "cancels",
  { expected, key, money }: MoneyInput,
  account: AdyenAccount,
  io: Io,
  body: Readonly<Record<string, unknown>> = {}
): Promise<PaymentEvent[]> {
  const payment = paymentOf(expected)
  if (!payment) {
    throw new GatewayRefusedError(
      `Adyen has not told of a payment for ${expected.reference} yet: wait for its message, or look in the Customer Area.`
    )
  }
  const { pspReference } = await callAdyen(
    {
      method: "POST",
      path: `/payments/${payment}/${kind}`,
      idempotency: [kind, payment, key],
      body: { merchantAccount: account.config.merchantAccount, reference: expected.reference, ...body },
    },
    received,
    account,
    io
  )
  const refund = kind === "refunds"
  return [
    {
      key: `asked:${kind}:${pspReference}`,
      type: refund ? "refund.pending" : "info",
      test: account.mode === "test",
      reference: expected.reference,
      gatewayPayment: payment,
      resource: pspReference,
      ...(kind === "cancels" ? {} : { money }),
      reason: { code: "received", text: "Adyen has the wish; its outcome follows in a message" },
    },
  ]
}

/** For a payment that was made a moment ago: Adyen knows it by our reference. */
async function cancelByReference(
  { expected, key }: MoneyInput,
  account: AdyenAccount,
  io: Io
): Promise<PaymentEvent[]> {
  const { reference } = expected
  const { pspReference } = await callAdyen(
    {
      method: "POST",
      path: "/cancels",
      idempotency: ["cancels", reference, key],
      body: { merchantAccount: account.config.merchantAccount, paymentReference: reference, reference },
    },
    received,
    account,
    io
  )
  const reason = { code: "received", text: "Adyen has the wish; its outcome follows in a message" }
  const about = { test: account.mode === "test", reference, resource: pspReference, reason }
  return [{ key: `asked:cancels:${pspReference}`, type: "info", ...about }]
}

async function getLink(id: string, account: AdyenAccount, io: Io): Promise<PaymentLink | undefined> {
  return callAdyen({ method: "GET", path: `/paymentLinks/${id}` }, paymentLink, account, io).catch(
    (error: unknown) => {
      if (error instanceof AdyenRefusal && error.status === 404) return undefined
      throw error
    }
  )
}

async function expireLink(link: PaymentLink, account: AdyenAccount, io: Io): Promise<PaymentLink> {
  const call = { method: "PATCH", path: `/paymentLinks/${link.id}`, body: { status: "expired" } } as const
  return callAdyen(call, paymentLink, account, io)
}

function isPaid({ status }: PaymentLink): boolean {
  return status === "completed" || status === "paid"
}

/**
 * What a payment link says. It names no payment of Adyen's and does not know whether money was taken: a paid link counts
 * as authorised, until the message tells more. Without a time, so that what messages tell later always counts.
 */
function readLink(link: PaymentLink, account: AdyenAccount): PaymentEvent[] {
  const money = fromAdyenAmount(link.amount.value, link.amount.currency)
  const about = {
    key: `asked:${link.id}:${link.status}:${money.amount}`,
    test: account.mode === "test",
    ...(link.reference ? { reference: link.reference } : {}),
    resource: link.id,
  }
  if (isPaid(link)) return [{ ...about, type: "payment.authorized", money, totals: { authorized: money } }]
  if (link.status === "expired") return [{ ...about, type: "payment.expired", gatewayPayment: link.id }]
  return link.status === "active" ? [] : [{ ...about, type: "payment.pending", money }]
}

/** Payment links have ids of 18 characters that begin with PL, payments of 16; the newest of both come last. */
function linksOf(expected: Expected): string[] {
  return [...new Set(expected.gatewayPayments)].filter((id) => /^PL[A-Za-z0-9]{16}$/.test(id)).reverse()
}

function paymentOf(expected: Expected): string | undefined {
  return expected.gatewayPayments.filter((id) => /^[A-Z0-9]{16}$/.test(id)).at(-1)
}

/** `2026-01-15T10:30:00+00:00`: Adyen wants an offset. */
function writeTime(date: Date): string {
  return `${date.toISOString().slice(0, 19)}+00:00`
}

import type { PaymentEvent } from "../../domain/payment-event"
import { compare } from "../../domain/money"
import { GatewayRefusedError, type CreateInput, type Expected, type Io, type Operations } from "../gateway"
import { callMercadoPago, MercadoPagoRefusal } from "./api"
import { findPayment } from "./confirm"
import { mercadoPagoObjects, type Payment } from "./objects"
import type { MercadoPagoAccount, MercadoPagoOptions } from "./options"
import { amountOf, readPayment, readRefundEvent } from "./read-payment"

const perPage = 50

/** Payments on Mercado Pago's page (Checkout Pro). https://www.mercadopago.com.ar/developers/en/docs/checkout-pro/overview */
export const mercadoPagoOperations: Operations<MercadoPagoOptions> = {
  async create(input, account, io) {
    const preference = await callMercadoPago(
      {
        method: "POST",
        path: "/checkout/preferences",
        json: writePreference(input, account, io.now()),
        idempotencyKey: `create-${input.reference}-${input.money.amount}-${input.money.currency}`,
      },
      mercadoPagoObjects.preference,
      account,
      io
    )
    const isSandbox = account.config.accessToken.startsWith("TEST-")
    const url = (isSandbox && preference.sandbox_init_point) || preference.init_point
    if (!url) throw new Error(`Mercado Pago gave no address for the preference ${preference.id}`)
    return { gatewayPayment: preference.id, next: { kind: "redirect", url } }
  },

  async fetch(expected, account, io) {
    const payments = await paymentsOf(expected, account, io)
    return payments.flatMap((payment) => readPayment(payment, account))
  },

  async capture({ expected, money, key }, account, io) {
    const payments = await paymentsOf(expected, account, io)
    // One that was captured by a call whose answer was lost: its key answers again, another is refused.
    const held = payments.find(isHeld) ?? payments.find(({ status }) => status === "approved")
    if (!held) throw new GatewayRefusedError(`Mercado Pago holds no money for ${expected.reference}.`)
    const json = `{"transaction_amount":${money.amount},"capture":true}`
    return readPayment(await change(held, json, `capture-${key}`, account, io), account)
  },

  async refund({ expected, money, key }, account, io) {
    // By the whole amount, not by what is left: a call that is repeated must meet the same payment again.
    const payments = (await paymentsOf(expected, account, io)).filter(
      (payment) =>
        ["approved", "refunded"].includes(payment.status) &&
        payment.currency_id.toLowerCase() === money.currency &&
        compare(amountOf(payment), money) >= 0
    )
    let refusal: MercadoPagoRefusal | undefined
    for (const payment of payments) {
      const call = {
        method: "POST",
        path: `/v1/payments/${encodeURIComponent(payment.id)}/refunds`,
        json: `{"amount":${money.amount}}`,
        idempotencyKey: `refund-${payment.id}-${key}`,
      } as const
      try {
        const refund = await callMercadoPago(call, mercadoPagoObjects.refund, account, io)
        return [readRefundEvent(refund, payment, account)]
      } catch (error) {
        // Paid back already, perhaps: another payment of the same buyer may hold so much.
        if (!(error instanceof MercadoPagoRefusal)) throw error
        refusal ??= error
      }
    }
    throw (
      refusal ??
      new GatewayRefusedError(`Mercado Pago has no approved payment of so much for ${expected.reference}.`)
    )
  },

  async cancel({ expected, key }, account, io) {
    const payments = await paymentsOf(expected, account, io)
    const open = payments.filter(
      (payment) => isHeld(payment) || ["pending", "in_process"].includes(payment.status)
    )
    const events: PaymentEvent[] = []
    for (const payment of open) {
      const changed = await change(
        payment,
        `{"status":"cancelled"}`,
        `cancel-${key}-${payment.id}`,
        account,
        io
      )
      events.push(...readPayment(changed, account))
    }
    if (open.length === 0 && payments.some((payment) => payment.status === "approved")) {
      throw new GatewayRefusedError("Mercado Pago has taken the money already: refund it instead.")
    }
    return [...events, ...(await closePages(expected, account, io))]
  },

  async *list({ from, to }, account, io) {
    const period = `range=date_last_updated&begin_date=${writeDate(from)}&end_date=${writeDate(to)}`
    const order = "sort=date_last_updated&criteria=asc"
    for (let offset = 0; ; offset += perPage) {
      const results = await search(`${period}&${order}`, offset, account, io)
      for (const payment of results) {
        const changedAt = payment.date_last_updated
        if (!changedAt || (changedAt >= from && changedAt < to)) yield readPayment(payment, account)
      }
      if (results.length < perPage) return
    }
  },
}

/** A preference as JSON, in which the price is written exactly as it is. */
function writePreference(input: CreateInput, { config }: MercadoPagoAccount, now: Date): string {
  const { expiresAfterMinutes, maxInstallments } = config
  const title = (input.description ?? "Order").slice(0, 256)
  const item = JSON.stringify({ title, quantity: 1, currency_id: input.money.currency.toUpperCase() })
  const until = expiresAfterMinutes && new Date(now.getTime() + expiresAfterMinutes * 60_000)
  const rest = {
    external_reference: input.reference,
    back_urls: { success: input.returnUrl, pending: input.returnUrl, failure: input.cancelUrl },
    // Mercado Pago refuses to go back by itself to an address without TLS.
    ...(input.returnUrl.startsWith("https://") ? { auto_return: "approved" } : {}),
    ...(config.acceptUnsigned ? { notification_url: input.notifyUrl } : {}),
    ...(input.email ? { payer: { email: input.email } } : {}),
    ...(config.binaryMode ? { binary_mode: true } : {}),
    ...(maxInstallments ? { payment_methods: { installments: maxInstallments } } : {}),
    ...(until ? { expires: true, expiration_date_to: isoWithOffset(until) } : {}),
  }
  return `{"items":[${item.slice(0, -1)},"unit_price":${input.money.amount}}],${JSON.stringify(rest).slice(1)}`
}

/** Every payment of a session, newest first: a buyer may need several attempts, each of which is a payment. */
async function paymentsOf(expected: Expected, account: MercadoPagoAccount, io: Io): Promise<Payment[]> {
  const known = expected.gatewayPayments.filter((id) => /^\d+$/.test(id))
  const query = `external_reference=${encodeURIComponent(expected.reference)}&sort=date_created&criteria=desc`
  const found = await search(query, 0, account, io)
  const own = found.filter((payment) => payment.external_reference === expected.reference)
  const payments: Payment[] = []
  for (const id of new Set([...own.map((payment) => payment.id), ...[...known].reverse()])) {
    const payment = await findPayment(id, account, io)
    if (payment) payments.push(payment)
  }
  return payments
}

async function search(
  query: string,
  offset: number,
  account: MercadoPagoAccount,
  io: Io
): Promise<Payment[]> {
  const path = `/v1/payments/search?${query}&limit=${perPage}&offset=${offset}`
  return (await callMercadoPago({ method: "GET", path }, mercadoPagoObjects.search, account, io)).results
}

function change(
  { id }: Payment,
  json: string,
  idempotencyKey: string,
  account: MercadoPagoAccount,
  io: Io
): Promise<Payment> {
  const path = `/v1/payments/${encodeURIComponent(id)}`
  const call = { method: "PUT", path, json, idempotencyKey } as const
  return callMercadoPago(call, mercadoPagoObjects.payment, account, io)
}

/** Ends the payment pages of a session, so that nobody pays there later. */
async function closePages(expected: Expected, account: MercadoPagoAccount, io: Io): Promise<PaymentEvent[]> {
  const pages = expected.gatewayPayments.filter((id) => !/^\d+$/.test(id))
  const json = JSON.stringify({ expires: true, expiration_date_to: isoWithOffset(io.now()) })
  for (const id of pages) {
    const path = `/checkout/preferences/${encodeURIComponent(id)}`
    await callMercadoPago({ method: "PUT", path, json }, mercadoPagoObjects.preference, account, io)
  }
  return pages.map((id) => ({
    key: `preference:${id}:closed`,
    type: "payment.canceled",
    test: account.mode === "test",
    reference: expected.reference,
    occurredAt: io.now(),
  }))
}

/** Authorised and not captured yet. */
function isHeld({ status, captured }: Payment): boolean {
  return status === "authorized" || (status === "approved" && captured === false)
}

/** `2026-01-15T10:30:00.000+00:00`: Mercado Pago writes offsets, never a Z. */
function isoWithOffset(at: Date): string {
  return at.toISOString().replace("Z", "+00:00")
}

function writeDate(at: Date): string {
  return encodeURIComponent(at.toISOString())
}

import type { PaymentEvent } from "../../domain/payment-event"
import type { Confirmation, ConfirmIo, Io, Message } from "../gateway"
import { callMercadoPago, MercadoPagoRefusal, orUndefined } from "./api"
import { mercadoPagoObjects, type Payment } from "./objects"
import { readNotice, warnedPayment } from "./notice"
import type { MercadoPagoAccount } from "./options"
import { readChargeback } from "./read-chargeback"
import { aboutPayment, readPayment } from "./read-payment"

/**
 * Asks Mercado Pago about the object that a message names. `denied` when it has no such object, or when an unsigned
 * message names one of somebody else. Topics about no payment are believed and say nothing.
 * @throws Error while Mercado Pago cannot answer or the access token is wrong: asked again later.
 * https://www.mercadopago.com.ar/developers/en/docs/your-integrations/notifications/webhooks
 */
export async function confirmMercadoPagoMessage(
  message: Message,
  account: MercadoPagoAccount,
  io: ConfirmIo
): Promise<Confirmation> {
  const notice = readNotice(message)
  if (!notice) return { kind: "denied", why: "The message names no object." }
  try {
    const events = await eventsOf(notice.topic, notice.id, message, account, io)
    return events
      ? { kind: "confirmed", events: distinct(events) }
      : { kind: "denied", why: `Mercado Pago has no ${notice.topic} ${notice.id}.` }
  } catch (error) {
    const isOthers = error instanceof MercadoPagoRefusal && error.status === 403
    if (!isOthers || message.headers["x-signature"]) throw error
    return { kind: "denied", why: `The ${notice.topic} ${notice.id} is not of this account.` }
  }
}

async function eventsOf(
  topic: string,
  id: string,
  message: Message,
  account: MercadoPagoAccount,
  io: Io
): Promise<PaymentEvent[] | undefined> {
  switch (topic) {
    case "payment": {
      const payment = await findPayment(id, account, io)
      return payment && readPayment(payment, account)
    }
    case "merchant_order":
    case "topic_merchant_order_wh": {
      const path = `/merchant_orders/${encodeURIComponent(id)}`
      const call = { method: "GET", path } as const
      const order = await orUndefined(callMercadoPago(call, mercadoPagoObjects.merchantOrder, account, io))
      if (!order) return undefined
      const payments = await findPayments(
        (order.payments ?? []).map((one) => one.id),
        account,
        io
      )
      return payments.flatMap((payment) => readPayment(payment, account))
    }
    case "chargebacks":
    case "topic_chargebacks_wh": {
      const path = `/v1/chargebacks/${encodeURIComponent(id)}`
      const call = { method: "GET", path } as const
      const chargeback = await orUndefined(callMercadoPago(call, mercadoPagoObjects.chargeback, account, io))
      if (!chargeback) return undefined
      const payments = await findPayments(
        (chargeback.payments ?? []).flatMap((one) => one ?? []),
        account,
        io
      )
      const told = payments.flatMap((payment) => readPayment(payment, account))
      return [...told, ...readChargeback(chargeback, payments, account)]
    }
    case "stop_delivery_op_wh":
      return warn(warnedPayment(message), account, io)
    default:
      return []
  }
}

/** A warning of fraud. Nothing but the id is signed, so that it stays a warning and holds nothing back. */
async function warn(
  id: string | undefined,
  account: MercadoPagoAccount,
  io: Io
): Promise<PaymentEvent[] | undefined> {
  const payment = id && (await findPayment(id, account, io))
  if (!payment) return undefined
  const reason = { code: "stop_delivery", text: "Mercado Pago warns of fraud: do not deliver this order" }
  const told = {
    key: `warning:${payment.id}`,
    type: "info",
    ...aboutPayment(payment, account),
    reason,
  } as const
  return [...readPayment(payment, account), told]
}

/** A payment as Mercado Pago has it now; undefined when it has none. */
export function findPayment(id: string, account: MercadoPagoAccount, io: Io): Promise<Payment | undefined> {
  const path = `/v1/payments/${encodeURIComponent(id)}`
  return orUndefined(callMercadoPago({ method: "GET", path }, mercadoPagoObjects.payment, account, io))
}

async function findPayments(ids: readonly string[], account: MercadoPagoAccount, io: Io): Promise<Payment[]> {
  const found: Payment[] = []
  for (const id of new Set(ids)) {
    const payment = await findPayment(id, account, io)
    if (payment) found.push(payment)
  }
  return found
}

function distinct(events: readonly PaymentEvent[]): PaymentEvent[] {
  return [...new Map(events.map((event) => [event.key, event])).values()]
}

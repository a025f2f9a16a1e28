import { fromDecimal } from "../../domain/money"
import type { PaymentEvent } from "../../domain/payment-event"
import type { Chargeback, Payment } from "./objects"
import type { MercadoPagoAccount } from "./options"
import { aboutPayment, chargebackOf } from "./read-payment"

/**
 * What a chargeback's own object adds to what its payments say: until when documents may be sent. How it ended, a payment
 * says that is still charged back; where it is not any more, the chargeback says that Mercado Pago bore the loss.
 * https://www.mercadopago.com.ar/developers/en/reference/chargebacks/_chargebacks_id/get
 */
export function readChargeback(
  chargeback: Chargeback,
  payments: readonly Payment[],
  account: MercadoPagoAccount
): PaymentEvent[] {
  const documents = chargeback.documentation_status ?? "-"
  const isCovered = chargeback.coverage_applied === true
  const due = isCovered ? undefined : chargeback.date_documentation_deadline
  const said = {
    ...(chargeback.amount && chargeback.currency
      ? { money: fromDecimal(chargeback.amount, chargeback.currency) }
      : {}),
    ...(chargeback.date_last_updated ? { occurredAt: chargeback.date_last_updated } : {}),
    ...(due ? { dueAt: due } : {}),
    reason: { code: documents, text: `Chargeback ${chargeback.id}` },
  } as const
  const key = `chargeback:${chargeback.id}:${isCovered ? "covered" : "open"}:${documents}`
  const typeOf = (status?: string) =>
    isCovered && status !== "charged_back" ? "dispute.won" : "dispute.updated"
  if (payments.length === 0) {
    const test = account.mode === "test" || chargeback.live_mode === false
    return [{ key, type: typeOf(), test, ...said, resource: chargeback.id }]
  }
  return payments.map((payment) => ({
    key: `${key}:${payment.id}`,
    type: typeOf(payment.status),
    ...aboutPayment(payment, account),
    ...said,
    resource: chargebackOf(payment.id),
  }))
}

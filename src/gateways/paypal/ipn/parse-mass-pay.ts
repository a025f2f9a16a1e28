import { fromDecimal } from "../../../domain/money"
import type { PaymentEvent } from "../../../domain/payment-event"
import { readDate } from "./read-date"
import type { Fields } from "./read-fields"
import { isTest } from "./verify"

/**
 * The items of a mass payment that were paid or came back; the others are still under way.
 * @see https://developer.paypal.com/api/nvp-soap/ipn/IPNandPDTVariables/ (mass pay variables)
 */
export function parseMassPay(fields: Fields): PaymentEvent[] {
  const occurredAt = readDate(fields.get("payment_date"))
  return [...fields].flatMap(([name, transaction]): PaymentEvent[] => {
    const item = /^masspay_txn_id_(\d{1,4})$/.exec(name)?.[1]
    const status = fields.get(`status_${item}`)
    const type = status && outcomes[status]
    if (!item || !transaction || !type) return []
    const currency = fields.get(`mc_currency_${item}`) ?? ""
    const fee = fields.get(`mc_fee_${item}`)
    return [
      {
        key: `masspay:${transaction}:${status}`,
        type,
        test: isTest(fields),
        resource: transaction,
        money: fromDecimal((fields.get(`mc_gross_${item}`) ?? "").replace(/^-/, ""), currency),
        ...(fee ? { fee: fromDecimal(fee, currency) } : {}),
        ...(occurredAt ? { occurredAt } : {}),
      },
    ]
  })
}

const outcomes: Readonly<Record<string, "payout.paid" | "payout.failed" | undefined>> = {
  Completed: "payout.paid",
  Failed: "payout.failed",
  Denied: "payout.failed",
  Returned: "payout.failed",
  Reversed: "payout.failed",
  Blocked: "payout.failed",
}

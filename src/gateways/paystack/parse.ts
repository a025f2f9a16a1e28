import { createHash } from "node:crypto"
import type { PaymentEvent } from "../../domain/payment-event"
import type { Message } from "../gateway"
import { paystackObjects, readPaystackJson } from "./objects"
import { readDispute } from "./read-dispute"
import { readRefundNotice } from "./read-refund"
import { readTransaction, type Statement } from "./read-transaction"

const { message: envelope, transaction, refundNotice, dispute } = paystackObjects

/**
 * The payment events in one of Paystack's messages; none for subscriptions, invoices, customers and payment requests,
 * whose payments are told as `charge.success` too, nor for transfers, which pay others from the balance. Messages have no id: their kind and object are the key.
 * @throws SyntaxError or ZodError, with the path, when the message is not in Paystack's form.
 * https://paystack.com/docs/payments/webhooks/#types-of-events
 */
export function parsePaystackMessage(message: Message): PaymentEvent[] {
  const { event, data } = envelope.parse(readPaystackJson(message.body))
  const keyed = (name: string | null | undefined, statement: Statement): PaymentEvent[] => [
    { key: `${event}:${name || digestOf(message.body)}`, ...statement },
  ]
  switch (event) {
    case "charge.success": {
      const paid = transaction.parse(data)
      return keyed(paid.id, readTransaction(paid))
    }
    case "refund.pending":
    case "refund.processing":
    case "refund.needs-attention":
    case "refund.processed":
    case "refund.failed": {
      const notice = refundNotice.parse(data)
      return keyed(notice.id ?? notice.refund_reference, readRefundNotice(notice))
    }
    case "charge.dispute.create":
    case "charge.dispute.remind":
    case "charge.dispute.resolve": {
      const told = dispute.parse(data)
      const at = (told.resolvedAt ?? told.updated_at)?.toISOString()
      return keyed(at ? `${told.id}:${at}` : undefined, readDispute(told, event))
    }
    default:
      return []
  }
}

function digestOf(body: Uint8Array): string {
  return createHash("sha256").update(body).digest("hex")
}

import { createHash } from "node:crypto"
import type { PaymentEvent } from "../../domain/payment-event"
import type { Message } from "../gateway"
import { paystackObjects, readPaystackJson, type Transfer } from "./objects"
import { readDispute } from "./read-dispute"
import { readRefundNotice } from "./read-refund"
import { readTransaction, type Statement } from "./read-transaction"
import { fromSubunits } from "./subunits"

const { message: envelope, transaction, refundNotice, dispute, transfer } = paystackObjects

/**
 * The payment events in one of Paystack's messages; none for subscriptions, invoices, customers and payment requests,
 * whose payments are told as `charge.success` too. Messages have no id: their kind and object are the key.
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
    case "transfer.success":
    case "transfer.failed":
    case "transfer.reversed": {
      const sent = transfer.parse(data)
      return keyed(sent.transfer_code, readTransfer(sent))
    }
    default:
      return []
  }
}

/** Money that left the Paystack balance for somebody's bank account, or came back. */
function readTransfer(sent: Transfer): Statement {
  const at = sent.updatedAt ?? sent.updated_at ?? sent.transferred_at
  const fee = sent.fee_charged && sent.fee_charged !== "0" && fromSubunits(sent.fee_charged, sent.currency)
  return {
    type: sent.status === "success" ? "payout.paid" : "payout.failed",
    test: sent.domain !== "live",
    resource: sent.transfer_code,
    money: fromSubunits(sent.amount, sent.currency),
    ...(fee ? { fee } : {}),
    ...(at ? { occurredAt: at } : {}),
    ...(sent.reason ? { reason: { text: sent.reason } } : {}),
  }
}

function digestOf(body: Uint8Array): string {
  return createHash("sha256").update(body).digest("hex")
}

import { z } from "@medusajs/framework/zod"
import { fromMinorUnits, readJson, type Message, type PaymentEvent } from "medusa-plugin-ipn/gateway"
import { about, readPayment, typeOf, units } from "./payment"

const envelope = z.looseObject({
  id: z.string().min(1),
  type: z.string(),
  created: z.string().regex(/^\d{1,11}$/, "is not a time in seconds"),
  payment: z.unknown(),
  refund: z.unknown(),
})

const refund = z.looseObject({ id: z.string().min(1), amount: units })

/**
 * What a message says, as payment events; none for kinds that say nothing of money.
 * @throws SyntaxError or ZodError when the message is not in the gateway's form: a person is shown it.
 */
export function parse(message: Message): PaymentEvent[] {
  const event = envelope.parse(readJson(message.body, { numbers: "text" }))
  // The same message sent again has the same key.
  const told = { key: event.id, occurredAt: new Date(Number(event.created) * 1000) }
  switch (event.type) {
    case "payment.updated": {
      const payment = readPayment(event.payment)
      return [{ ...told, ...about(payment), type: typeOf(payment) }]
    }
    case "payment.declined":
      return [{ ...told, ...about(readPayment(event.payment)), type: "payment.attempt_failed" }]
    case "refund.succeeded": {
      const payment = readPayment(event.payment)
      const { id, amount } = refund.parse(event.refund)
      const money = fromMinorUnits(amount, payment.currency)
      return [{ ...told, ...about(payment), type: "refund.succeeded", resource: id, money }]
    }
    default:
      return []
  }
}

import { z } from "@medusajs/framework/zod"
import { fromMinorUnits, type Money, type PaymentEvent } from "medusa-plugin-ipn/gateway"

/** A count of the currency's smallest unit. It arrives as text, as `readJson` gives it, so that no digit is lost. */
export const units = z
  .string()
  .regex(/^\d{1,15}$/, "is not a whole number")
  .transform(BigInt)

/** Only what is relied on; all else passes unread. */
const payment = z.looseObject({
  id: z.string().min(1),
  reference: z.string().min(1),
  live: z.boolean(),
  currency: z.string(),
  amount: units,
  captured: units,
  refunded: units,
  status: z.string(),
})

export type Payment = z.infer<typeof payment>

/** @throws ZodError with the path that failed. */
export function readPayment(json: unknown): Payment {
  return payment.parse(json)
}

/** What every event of a payment says: its ids, and what the gateway holds and has given back of it by now. */
export function about(
  payment: Payment
): Pick<PaymentEvent, "test" | "reference" | "gatewayPayment" | "totals"> {
  const { id, reference, live, amount, captured, refunded, currency, status } = payment
  const money = (minor: bigint): Money => fromMinorUnits(minor, currency)
  const told = { test: !live, reference, gatewayPayment: id }
  // Of money that nobody holds nothing is said: what was only asked for is not authorised.
  if (status !== "authorized" && status !== "paid") return told
  return {
    ...told,
    totals: {
      authorized: money(amount),
      ...(captured > 0n ? { captured: money(captured) } : {}),
      ...(refunded > 0n ? { refunded: money(refunded) } : {}),
    },
  }
}

/** What a payment's status means; an unknown one is pending: never a success, never a failure. */
export function typeOf({ status }: Payment): PaymentEvent["type"] {
  switch (status) {
    case "authorized":
      return "payment.authorized"
    case "paid":
      return "payment.captured"
    case "canceled":
      return "payment.canceled"
    case "expired":
      return "payment.expired"
    default:
      return "payment.pending"
  }
}

import type { PaymentEvent } from "../../domain/payment-event"
import type { RazorpayAccount } from "./config"

/** What one of Razorpay's objects says, before it is known which message or answer it came in. */
export type Statement = Omit<PaymentEvent, "key" | "test" | "otherReceiver">

/** Our reference in an object's notes: written into the payment link, and copied by Razorpay into order and payment. */
export function referenceIn(notes: unknown): Pick<Statement, "reference"> {
  const reference = noteOf(notes, "ipn_reference")
  return reference ? { reference } : {}
}

/** The idempotency key that we wrote into a refund. */
export function keyIn(notes: unknown): string | undefined {
  return noteOf(notes, "ipn_key")
}

/** The reason in a statement, when Razorpay gave one; empty texts are none. */
export function reasonOf(code: string | null | undefined, text?: string | null): Pick<Statement, "reason"> {
  if (!code && !text) return {}
  return { reason: { ...(code ? { code } : {}), ...(text ? { text } : {}) } }
}

/**
 * Payment events of statements. Razorpay's own id of a message is in a header that is not signed, so that the key is
 * made of what is said: told again, or by another kind of message, it is one statement. Razorpay has no mark of test
 * payments: the mode is that of the account whose secret signed the message, or whose key asked.
 */
export function asEvents(statements: readonly Statement[], account: RazorpayAccount): PaymentEvent[] {
  const events = statements.map((statement) => ({
    key: keyOf(statement),
    test: account.mode === "test",
    ...statement,
  }))
  return [...new Map(events.map((event) => [event.key, event])).values()]
}

function keyOf({ gatewayPayment, resource, type, money, fee, occurredAt }: Statement): string {
  const amounts = [money, fee].map((one) => one?.amount ?? "-")
  return [resource ?? gatewayPayment ?? "-", type, ...amounts, occurredAt?.getTime() ?? "-"].join(":")
}

function noteOf(notes: unknown, name: string): string | undefined {
  if (typeof notes !== "object" || notes === null || !Object.hasOwn(notes, name)) return undefined
  const value = (notes as Record<string, unknown>)[name]
  return typeof value === "string" && value !== "" ? value : undefined
}

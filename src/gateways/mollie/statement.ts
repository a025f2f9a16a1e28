import type { PaymentEvent } from "../../domain/payment-event"
import type { MollieAccount } from "./config"

/** What one of Mollie's objects says, before it is known which message or answer it came in. */
export type Statement = Omit<PaymentEvent, "key" | "test"> & Readonly<{ mode?: "live" | "test" | undefined }>

/** Our reference in an object's metadata, where `create` wrote it. */
export function referenceIn(metadata: unknown): Pick<Statement, "reference"> {
  const reference = metadataOf(metadata, "ipn_reference")
  return reference ? { reference } : {}
}

/** The idempotency key that we wrote into a capture or refund. Mollie itself forgets such keys after an hour. */
export function keyIn(metadata: unknown): string | undefined {
  return metadataOf(metadata, "ipn_key")
}

/** The reason in a statement, when Mollie gave one. */
export function reasonOf(code: string | null | undefined, text?: string | null): Pick<Statement, "reason"> {
  if (!code && !text) return {}
  return { reason: { ...(code ? { code } : {}), ...(text ? { text } : {}) } }
}

/**
 * Payment events of statements. The key is made of what is said: a state of the payment is one statement, whether the
 * classic webhook, a signed one or our own question brought it.
 */
export function asEvents(statements: readonly Statement[], account: MollieAccount): PaymentEvent[] {
  const events = statements.map(({ mode = account.mode, ...statement }) => ({
    key: keyOf(statement),
    test: mode === "test",
    ...statement,
  }))
  return [...new Map(events.map((event) => [event.key, event])).values()]
}

function keyOf({ gatewayPayment, resource, type, money, totals, fee, occurredAt }: Statement): string {
  const subject = resource ?? gatewayPayment ?? "-"
  const amounts = [money, totals?.captured, totals?.refunded, fee].map((one) => one?.amount ?? "-")
  return [subject, type, ...amounts, occurredAt?.getTime() ?? "-"].join(":")
}

/** Mollie keeps metadata as it was given: an object, a text or nothing. */
function metadataOf(metadata: unknown, name: string): string | undefined {
  if (typeof metadata !== "object" || metadata === null || !Object.hasOwn(metadata, name)) return undefined
  const value = (metadata as Record<string, unknown>)[name]
  return typeof value === "string" && value !== "" ? value : undefined
}

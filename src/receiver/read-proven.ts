import { assertPaymentEvents } from "../domain/assert-payment-events"
import type { ConfiguredAccount } from "../gateways/configured-account"
import type { Message } from "../gateways/gateway"
import type { Reading } from "./received"
import { printable } from "./tallied-log"

/** Reads a proven message by its gateway. Never throws: what cannot be read says why. */
export function readProven({ account, gateway }: ConfiguredAccount, message: Message): Reading {
  try {
    return { events: assertPaymentEvents(gateway.parse(message, account)) }
  } catch (error) {
    return { events: [], unreadable: describeError(error) }
  }
}

/**
 * What an error is, without what it was about: a database's message may quote the values it was given, so where the
 * error has a code only the code is told.
 */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return "an unknown error"
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined
  return printable(code ? `${error.name} ${code}` : `${error.name}: ${error.message}`)
}

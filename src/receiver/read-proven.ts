import { assertPaymentEvents } from "../domain/assert-payment-events"
import type { ConfiguredAccount } from "../gateways/configured-account"
import type { Message } from "../gateways/gateway"
import { describeError } from "./describe-error"
import type { Reading } from "./received"

/** Reads a proven message by its gateway. Never throws: what cannot be read says why. */
export function readProven({ account, gateway }: ConfiguredAccount, message: Message): Reading {
  try {
    return { events: assertPaymentEvents(gateway.parse(message, account)) }
  } catch (error) {
    return { events: [], unreadable: describeError(error) }
  }
}

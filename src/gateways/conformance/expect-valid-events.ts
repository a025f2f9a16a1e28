/// <reference types="jest" />
import { equals, fromDecimal } from "../../domain/money"
import { paymentEventTypes, type PaymentEvent } from "../../domain/payment-event"

/** Expects events as the rest of the house relies on them: keyed, of a known type, with exact money, never negative. */
export function expectValidEvents(events: readonly PaymentEvent[]): void {
  const faults = events.flatMap((event) => faultsOf(event).map((fault) => ({ fault, event })))
  const keys = new Set(events.map(({ key }) => key))
  // One expectation at most: jest notes the stack at each, which takes longer than reading a message.
  if (faults.length > 0 || keys.size !== events.length) {
    expect({ faults, keys: keys.size }).toEqual({ faults: [], keys: events.length })
  }
}

function faultsOf(event: PaymentEvent): string[] {
  const { money, totals, fee, net } = event
  const amounts = [money, totals?.authorized, totals?.captured, totals?.refunded]
  const all = [...amounts, fee, net].filter((amount) => amount !== undefined)
  const isWithoutMoney = ["payment.pending", "payment.attempt_failed", "payment.failed"].includes(event.type)
  const faults: Readonly<Record<string, boolean>> = {
    "its key is no text": typeof event.key !== "string" || event.key === "",
    "its type is not known": !paymentEventTypes.includes(event.type),
    "it does not say whether it is a test": typeof event.test !== "boolean",
    "an amount is not exact": all.some((one) => !equals(fromDecimal(one.amount, one.currency), one)),
    "an amount is negative": amounts.some((one) => one?.amount.startsWith("-")),
    "a name is empty": [event.reference, event.gatewayPayment, event.resource].includes(""),
    // Money that was only asked for is not authorised: it would place the order.
    "it has money that did not come":
      isWithoutMoney &&
      [totals?.authorized, totals?.captured].some((one) => !/^[0.]+$/.test(one?.amount ?? "0")),
    "its time is none": Number.isNaN(event.occurredAt?.getTime()),
  }
  return Object.keys(faults).filter((fault) => faults[fault])
}

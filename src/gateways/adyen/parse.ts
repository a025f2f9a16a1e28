import type { PaymentEvent } from "../../domain/payment-event"
import type { Message } from "../gateway"
import type { AdyenAccount } from "./config"
import { readNotification, type AdyenItem } from "./notification"
import { readItem } from "./read-item"
import { isAmbiguous, isProven, signedFields } from "./signature"

/**
 * The payment events in a standard webhook: of each item whose own signature is right, one at most. An item about
 * another merchant account names that account as the receiver: the money is not ours.
 * @throws SyntaxError, ZodError or RangeError when the message is not in Adyen's form, an amount not in its currency's, or
 * a field that is signed could be read in two ways: then a person looks.
 */
export function parseAdyenMessage(message: Message, account: AdyenAccount): PaymentEvent[] {
  const { items } = readNotification(message.body)
  const proven = items.filter((item) => isProven(item, account))
  const clear = proven.filter((item) => !isAmbiguous(item))
  if (clear.length === 0 && proven.length > 0) {
    throw new RangeError(
      "a field that Adyen signs holds a colon, so that its signature could stand for another message"
    )
  }
  const events = clear.flatMap((item) => readEvent(item, account) ?? [])
  return [...new Map(events.map((event) => [event.key, event])).values()]
}

function readEvent(item: AdyenItem, { mode, config }: AdyenAccount): PaymentEvent | undefined {
  const { captureMethod, basicAuth, merchantAccount } = config
  const statement = readItem(item, { captureMethod, trusted: basicAuth !== undefined })
  return (
    statement && {
      key: keyOf(item),
      // `live` stands outside the signature; a message of the other mode was refused before.
      test: mode === "test",
      ...referenceIn(item),
      ...statement,
      ...(item.merchantAccountCode === merchantAccount
        ? {}
        : { otherReceiver: item.merchantAccountCode || "?" }),
    }
  )
}

/** Adyen's own: pspReference alone is no key, for it repeats within a dispute and with each outcome. */
function keyOf(item: AdyenItem): string {
  const [psp, original, , , value, currency, code, success] = signedFields(item)
  return [psp, code, success, original, value, currency].join(":")
}

/**
 * Our reference. A change that was made in the Customer Area may carry a reference that somebody typed there: it is then
 * found by the payment's id instead.
 */
function referenceIn(item: AdyenItem): Pick<PaymentEvent, "reference"> {
  const { merchantReference, originalReference } = item
  if (!merchantReference.trim()) return {}
  return originalReference && !merchantReference.startsWith("payses_") ? {} : { reference: merchantReference }
}

import type { PaymentEvent } from "../../../domain/payment-event"
import type { Message } from "../../../gateways/gateway"
import { redactText } from "./redact-text"

/** What of a message is stored. */
export type Payload = Readonly<{ query: string; headers: Readonly<Record<string, string>>; body: Buffer }>

const taken = "[redacted]"
const secretHeader = /(?:^|-)(?:authorization|cookie|token|secret|password|api-?key)$/

export type Redacted = Payload &
  Readonly<{
    /** Whether something of the body or the query was taken out. */
    isRedacted: boolean
    /** Whether everything is as it came, headers too. */
    isWhole: boolean
  }>

/**
 * Takes out of a message what must not lie in a database: card data in body and query, headers that carry what a caller
 * signs in with, and the account's own secrets wherever they stand.
 * @param told What the message told, asked only where a number looks like a card's: those that are ids in it stay.
 * @param secrets The account's configured secrets.
 */
export function redactMessage(
  message: Pick<Message, "query" | "headers" | "body">,
  told: () => readonly PaymentEvent[],
  secrets: readonly string[]
): Redacted {
  let ids: string | undefined
  const isKnown = (number: string) => (ids ??= idsOf(told())).includes(number)
  const redact = (text: string) => withoutSecrets(redactText(text, isKnown), secrets)

  // One character for each byte, and back: whatever the charset, what is not redacted stays as it came.
  const { buffer, byteOffset, byteLength } = message.body
  const body = Buffer.from(buffer, byteOffset, byteLength)
  const text = body.toString("latin1")
  const redacted = redact(text)
  const query = redact(message.query)
  const isBodyRedacted = redacted !== text
  const isRedacted = isBodyRedacted || query !== message.query
  const { headers, isWhole } = redactHeaders(message.headers, secrets)
  return {
    query,
    headers,
    body: isBodyRedacted ? Buffer.from(redacted, "latin1") : body,
    isRedacted,
    isWhole: isWhole && !isRedacted,
  }
}

function idsOf(events: readonly PaymentEvent[]): string {
  return events
    .flatMap(({ key, reference, gatewayPayment, resource, otherReceiver }) => [
      key,
      reference,
      gatewayPayment,
      resource,
      otherReceiver,
    ])
    .join("\n")
}

function redactHeaders(
  headers: Readonly<Record<string, string>>,
  secrets: readonly string[]
): Pick<Redacted, "headers" | "isWhole"> {
  const kept: Record<string, string> = {}
  let isWhole = true
  for (const [name, value] of Object.entries(headers)) {
    const left = secretHeader.test(name) ? taken : withoutSecrets(value, secrets)
    if (left !== value) isWhole = false
    kept[name] = left
  }
  return { headers: kept, isWhole }
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  for (const secret of secrets) {
    if (text.includes(secret)) text = text.replaceAll(secret, taken)
  }
  return text
}

import type { Reading, Received } from "../../../receiver/received"
import { describeError } from "../../../receiver/describe-error"
import type { Payloads, StoredPayload } from "../privacy/payloads"
import { redactText } from "../privacy/redact-text"
import { eventRow } from "./store-events"

/** What the intake holds of a message, as JSON: its row, and the rows of the events that it told where it was read. */
export type Entry = StoredPayload &
  Readonly<{
    id: string
    account_id: string
    gateway_id: string
    method: "GET" | "POST"
    ip: string
    proof: "proven" | "unproven"
    proof_detail: Readonly<Record<string, unknown>>
    /** ISO 8601. */
    received_at: string
    /** Not there until a proven message is read. */
    told?: readonly ReturnType<typeof eventRow>[]
    /** Why it could not be read. */
    unreadable?: string
  }>

/** What is stored of a message. It is read now where not all of it is stored, else when it is sorted. */
export function entryOf(received: Received, payloads: Pick<Payloads, "protect">): string {
  const { id, accountId, gatewayId, message, verdict } = received
  const { kind, ...detail } = verdict
  let reading: Reading | undefined
  const read = () => (reading ??= received.read())
  const { isWhole, ...payload } = payloads.protect({ ...received, read })
  const entry: Entry = {
    id,
    account_id: accountId,
    gateway_id: gatewayId,
    method: message.method,
    ...payload,
    ip: message.ip,
    proof: kind,
    proof_detail: detail,
    received_at: message.receivedAt.toISOString(),
  }
  return isWhole && !reading ? JSON.stringify(entry) : entryWith(entry, read())
}

/** An entry with what was read from its message; one that was read into what cannot be written down says so instead. */
export function entryWith(entry: Entry, { events, unreadable }: Reading): string {
  const of = { accountId: entry.account_id, messageId: entry.id, receivedAt: new Date(entry.received_at) }
  try {
    const told = events.map((event) => eventRow({ ...of, event }))
    return JSON.stringify({ ...entry, told, ...(unreadable ? { unreadable: redactText(unreadable) } : {}) })
  } catch (error) {
    if (events.length === 0) throw error
    return entryWith(entry, { events: [], unreadable: `cannot be stored: ${describeError(error)}` })
  }
}

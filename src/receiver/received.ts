import type { PaymentEvent } from "../domain/payment-event"
import type { Message, Proven, Unproven } from "../gateways/gateway"

/** What a proven message says, or why it cannot be read: it waits for review then. */
export type Reading = Readonly<{ events: readonly PaymentEvent[]; unreadable?: string }>

/** A message that may be stored: proven or unproven. */
export type Received = Readonly<{
  /** `ipnmsg_` and a ULID. */
  id: string
  accountId: string
  gatewayId: string
  message: Message
  verdict: Proven | Unproven
  /** Reads a proven message, where that cannot wait until it is sorted. */
  read(): Reading
}>

/** A message that was refused: counted, and the last few of an account kept for the owner to see. */
export type Refusal = Readonly<{ accountId: string; why: string; ip: string; at: Date; detail?: string }>

/** Where received messages go. Handed in, so that receiving needs no Medusa. */
export type Inbox = Readonly<{
  /** What is stored of a message. */
  entryOf(received: Received): string
  /** Stores entries in one commit; resolves only after it. Throws when the database cannot: none of them is stored then. */
  store(entries: readonly string[]): Promise<void>
  /** How many unproven messages of an account wait to be confirmed. */
  countUnproven(accountId: string): Promise<number>
  /** Keeps a refusal in the account's small ring. Never throws; may drop. */
  noteRefusal(refusal: Refusal): void
}>

import type { Money } from "./money"

/**
 * What a payment event can say. Deltas unless the event carries `totals`.
 * `payment.attempt_failed` leaves the payment open; `payment.failed`, `payment.canceled` and `payment.expired` end it
 * unless a success is told too, before or after.
 */
export const paymentEventTypes = [
  "payment.pending",
  "payment.authorized",
  "payment.captured",
  "payment.attempt_failed",
  "payment.failed",
  "payment.canceled",
  "payment.expired",
  "capture.failed",
  "refund.pending",
  "refund.succeeded",
  "refund.failed",
  "dispute.opened",
  "dispute.updated",
  "dispute.won",
  "dispute.lost",
  "payout.paid",
  "payout.failed",
  "fee",
  "info",
] as const

export type PaymentEventType = (typeof paymentEventTypes)[number]

/** One normalised statement read from a gateway's message, or from the gateway's answer when we asked it. */
export type PaymentEvent = Readonly<{
  /** Tells two statements of one account apart; the same statement sent again has the same key. */
  key: string
  type: PaymentEventType
  /** Whether the gateway says that no real money moved. Compared with the account's mode. */
  test: boolean
  /** Our reference (a Medusa payment session id) as the gateway echoed it. */
  reference?: string
  /** The gateway's own id of the payment: one id in everything told of it, for two ids are two payments. */
  gatewayPayment?: string
  /** The gateway's id of the refund, dispute, payout or capture that this is about. */
  resource?: string
  /** The amount of this statement, never negative. */
  money?: Money
  /** What the gateway holds or has given back of the whole payment so far, not what was asked for; beats adding up deltas. */
  totals?: Readonly<{ authorized?: Money; captured?: Money; refunded?: Money }>
  fee?: Money
  net?: Money
  /** The gateway's own time of what happened. */
  occurredAt?: Date
  /** Until when somebody must act: the merchant on a dispute, the buyer on a payment that waits for a transfer. */
  dueAt?: Date
  /** When it first reached us. Set where events are stored, never by a gateway. */
  receivedAt?: Date
  reason?: Readonly<{ code?: string; text?: string }>
  /** The gateway itself holds the money back: suspected of fraud, or paid too much or too little. */
  hold?: "risk" | "over" | "under"
  /** Of a dispute: the gateway only asks or tells, and has taken no money by this. */
  inquiry?: boolean
  /** Set when the message says that somebody else received the money: who. Parked for review, never applied. */
  otherReceiver?: string
}>

/** What the admin API says of messages. Amounts are decimal strings in major units, times ISO 8601. */
export type MessageState =
  | "waiting"
  | "settling"
  | "applied"
  | "already_applied"
  | "ignored"
  | "review"
  | "unmatched"
  | "failed"
  | "refused"

export type Proof = "proven" | "confirmed" | "unproven"

export type Message = Readonly<{
  id: string
  account_id: string
  gateway_id: string
  gateway_title: string
  mode: "live" | "test" | null
  state: MessageState
  reason: string | null
  proof: Proof
  body_state: "exact" | "redacted" | "sealed" | "pruned"
  received_at: string
  due_at: string | null
  attempts: number
  max_attempts: number
  error: string | null
  event_types: readonly string[]
  amount: string | null
  currency_code: string | null
  gateway_reference: string | null
  lane_id: string | null
  payment_session_id: string | null
  cart_id: string | null
  order_id: string | null
  order_display_id: number | null
  customer_id: string | null
  email: string | null
}>

/** One statement about a payment. */
export type PaymentEvent = Readonly<{
  id: string
  type: string
  lane_id: string
  message_id: string | null
  source: "message" | "asked"
  outcome: string | null
  outcome_reason: string | null
  test: boolean
  amount: string | null
  currency_code: string | null
  fee: string | null
  net: string | null
  reference: string | null
  gateway_reference: string | null
  resource: string | null
  reason_code: string | null
  reason_text: string | null
  due_at: string | null
  occurred_at: string
  received_at: string
  settled_at: string | null
}>

/** One change that was made to the store. */
export type Effect = Readonly<{
  id: string
  kind: string
  object_id: string
  state: "started" | "done" | "undone"
  detail: Readonly<Record<string, unknown>> | null
  started_at: string
  done_at: string | null
}>

export type Decision = Readonly<{
  id: string
  kind: string
  reason: string
  actor_id: string
  note: string
  created_at: string
}>

/** A payment with what was done and decided about it. */
export type Lane = Readonly<{
  id: string
  account_id: string
  state: string
  reason: string | null
  error: string | null
  due_at: string | null
  attempts: number
  is_settling: boolean
  payment_session_id: string | null
  cart_id: string | null
  order_id: string | null
  order_display_id: number | null
  expected_amount: string | null
  currency_code: string | null
  asked_at: string | null
  effects: readonly Effect[]
  decisions: readonly Decision[]
}>

export type MessageDetail = Message &
  Readonly<{
    verification: Readonly<{
      proof: Proof
      by: string | null
      covers: string | null
      why: string | null
      secret: number | null
      sent_at: string | null
      skew_seconds: number | null
    }>
    unreadable: string | null
    body_bytes: number
    events: readonly PaymentEvent[]
    lanes: readonly Lane[]
    related: readonly Message[]
  }>

import { randomBytes } from "node:crypto"

/** An object of Stripe's as it goes over the wire. */
export type StripeObject = Record<string, unknown> & { id: string; object: string }
export type Metadata = Record<string, string>

export type Intent = StripeObject & {
  amount: number
  amount_capturable: number
  amount_received: number
  currency: string
  capture_method: string
  metadata: Metadata
  latest_charge: string | null
  status: string
}
export type Charge = StripeObject & {
  amount: number
  amount_captured: number
  amount_refunded: number
  captured: boolean
  currency: string
  payment_intent: string
  status: string
}
export type Session = StripeObject & {
  amount_total: number
  currency: string
  metadata: Metadata
  payment_intent: string | null
  payment_status: string
  status: string
  success_url: string
  cancel_url: string | null
}
export type Refund = StripeObject & { amount: number; charge: string; status: string }
export type Dispute = StripeObject & {
  amount: number
  charge: string
  status: string
  balance_transactions: object[]
}

/** Stripe's no to a call. https://docs.stripe.com/api/errors */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly error: Readonly<{ type: string; code?: string; message: string; payment_intent?: unknown }>
  ) {
    super(error.message)
  }
}

export type Emit = (type: string, object: StripeObject) => void

/**
 * Stripe's books in memory: what each step of a payment changes, and which events it tells, in Stripe's own order.
 * https://docs.stripe.com/payments/paymentintents/lifecycle
 */
export class StripeBooks {
  readonly objects = new Map<string, StripeObject>()
  /** What a checkout session gives its payment intent. */
  private readonly intentData = new Map<string, { metadata: Metadata; capture_method: string }>()

  constructor(
    private readonly emit: Emit,
    private readonly now: () => Date
  ) {}

  find<T extends StripeObject>(id: string, object: string): T {
    const found = this.objects.get(id)
    if (found?.object === object) return found as T
    throw new ApiError(404, {
      type: "invalid_request_error",
      code: "resource_missing",
      message: `No such ${object}: '${id}'`,
    })
  }

  all<T extends StripeObject>(object: string, where: (one: T) => boolean): T[] {
    return [...this.objects.values()].filter((one): one is T => one.object === object && where(one as T))
  }

  make<T extends StripeObject>(prefix: string, object: string, fields: Record<string, unknown>): T {
    const id = `${prefix}_${randomBytes(12).toString("hex")}`
    const made = { id, object, created: this.seconds(), livemode: false, ...fields } as unknown as T
    this.objects.set(id, made)
    return made
  }

  createSession(
    fields: Record<string, unknown>,
    intent: { metadata: Metadata; capture_method: string }
  ): Session {
    const session = this.make<Session>("cs_test", "checkout.session", {
      payment_intent: null,
      payment_status: "unpaid",
      status: "open",
      payment_link: null,
      ...fields,
    })
    this.intentData.set(session.id, intent)
    return session
  }

  createIntent(fields: Record<string, unknown>): Intent {
    const intent = this.make<Intent>("pi", "payment_intent", {
      amount_capturable: 0,
      amount_received: 0,
      canceled_at: null,
      cancellation_reason: null,
      capture_method: "automatic_async",
      last_payment_error: null,
      latest_charge: null,
      metadata: {},
      next_action: null,
      payment_method: null,
      payment_method_types: ["card"],
      status: "requires_payment_method",
      ...fields,
    })
    intent.client_secret = `${intent.id}_secret_test`
    this.emit("payment_intent.created", intent)
    return intent
  }

  /** The payment intent of what the buyer pays: itself, or that of a checkout session, which begins now. */
  begin(id: string): { intent: Intent; session?: Session } {
    if (!id.startsWith("cs_")) {
      const session = this.all<Session>("checkout.session", (one) => one.payment_intent === id)[0]
      return { intent: this.find<Intent>(id, "payment_intent"), ...(session ? { session } : {}) }
    }
    const session = this.find<Session>(id, "checkout.session")
    if (session.payment_intent) {
      return { intent: this.find<Intent>(session.payment_intent, "payment_intent"), session }
    }
    if (session.status !== "open") throw new Error(`the checkout session ${id} is ${session.status}`)
    const intent = this.createIntent({
      amount: session.amount_total,
      currency: session.currency,
      ...this.intentData.get(id),
    })
    session.payment_intent = intent.id
    return { intent, session }
  }

  /** The buyer pays, and the money is taken at once, or held where it is captured by hand. */
  pay(id: string): Intent {
    const { intent, session } = this.begin(id)
    this.expectOpen(intent)
    const held = intent.capture_method === "manual"
    const charge = this.charge(intent, { status: "succeeded", captured: !held })
    this.emit("charge.succeeded", charge)
    if (held) {
      Object.assign(intent, { status: "requires_capture", amount_capturable: intent.amount })
      this.emit("payment_intent.amount_capturable_updated", intent)
    } else {
      Object.assign(intent, { status: "succeeded", amount_received: intent.amount })
      this.emit("payment_intent.succeeded", intent)
    }
    if (session) this.completeSession(session, held ? "unpaid" : "paid")
    if (!held) this.book(charge)
    return intent
  }

  /** The card is declined; the buyer may try again. */
  decline(id: string): Intent {
    const { intent } = this.begin(id)
    this.expectOpen(intent)
    this.fail(intent)
    return intent
  }

  /** The buyer chooses a way to pay that takes days: `arrive` or `bounce` ends it. */
  payLater(id: string): Intent {
    const { intent, session } = this.begin(id)
    this.expectOpen(intent)
    const charge = this.charge(intent, { status: "pending", captured: true, amount_captured: 0 })
    intent.status = "processing"
    this.emit("charge.pending", charge)
    this.emit("payment_intent.processing", intent)
    if (session) this.completeSession(session, "unpaid")
    return intent
  }

  arrive(intentId: string): Intent {
    const { intent, session } = this.begin(intentId)
    const charge = this.chargeOf(intent)
    Object.assign(charge, { status: "succeeded", amount_captured: charge.amount, paid: true })
    Object.assign(intent, { status: "succeeded", amount_received: intent.amount })
    this.emit("charge.succeeded", charge)
    this.emit("payment_intent.succeeded", intent)
    if (session) {
      session.payment_status = "paid"
      this.emit("checkout.session.async_payment_succeeded", session)
    }
    this.book(charge)
    return intent
  }

  bounce(intentId: string): Intent {
    const { intent, session } = this.begin(intentId)
    this.fail(intent)
    if (session) this.emit("checkout.session.async_payment_failed", session)
    return intent
  }

  capture(intentId: string, amount?: number): Intent {
    const intent = this.find<Intent>(intentId, "payment_intent")
    if (intent.status !== "requires_capture") throw unexpectedState(intent, "captured")
    const captured = amount ?? intent.amount_capturable
    if (captured < 1 || captured > intent.amount_capturable) {
      throw new ApiError(400, {
        type: "invalid_request_error",
        code: "amount_too_large",
        message: "The amount to capture is greater than the amount that can be captured.",
      })
    }
    const charge = this.chargeOf(intent)
    const released = charge.amount - captured
    Object.assign(charge, { captured: true, amount_captured: captured, amount_refunded: released })
    Object.assign(intent, { status: "succeeded", amount_received: captured, amount_capturable: 0 })
    if (released > 0) this.makeRefund(charge, released)
    this.emit("charge.captured", charge)
    this.emit("payment_intent.succeeded", intent)
    this.book(charge)
    return intent
  }

  cancel(intentId: string, reason: string | null = null): Intent {
    const intent = this.find<Intent>(intentId, "payment_intent")
    if (["succeeded", "canceled", "processing"].includes(intent.status))
      throw unexpectedState(intent, "canceled")
    const wasHeld = intent.status === "requires_capture"
    Object.assign(intent, {
      status: "canceled",
      canceled_at: this.seconds(),
      cancellation_reason: reason,
      amount_capturable: 0,
    })
    if (wasHeld) {
      const charge = this.chargeOf(intent)
      Object.assign(charge, { amount_refunded: charge.amount, refunded: true })
      this.emit("charge.refunded", charge)
    }
    this.emit("payment_intent.canceled", intent)
    return intent
  }

  expire(sessionId: string): Session {
    const session = this.find<Session>(sessionId, "checkout.session")
    if (session.status !== "open") {
      throw new ApiError(400, {
        type: "invalid_request_error",
        message: 'Only Checkout Sessions with a status in ["open"] can be expired.',
      })
    }
    session.status = "expired"
    session.url = null
    if (session.payment_intent) this.cancel(session.payment_intent, "automatic")
    this.emit("checkout.session.expired", session)
    return session
  }

  refund(intentId: string, amount?: number, metadata: Metadata = {}): Refund {
    const intent = this.find<Intent>(intentId, "payment_intent")
    if (intent.status !== "succeeded") throw unexpectedState(intent, "refunded")
    const charge = this.chargeOf(intent)
    const left = charge.amount - charge.amount_refunded
    const refunded = amount ?? left
    if (left === 0) {
      throw new ApiError(400, {
        type: "invalid_request_error",
        code: "charge_already_refunded",
        message: `Charge ${charge.id} has already been refunded.`,
      })
    }
    if (refunded < 1 || refunded > left) {
      throw new ApiError(400, {
        type: "invalid_request_error",
        message: `Refund amount (${refunded}) is greater than unrefunded amount on charge (${left}).`,
      })
    }
    const refund = this.makeRefund(charge, refunded, metadata)
    charge.amount_refunded += refunded
    charge.refunded = charge.amount_refunded === charge.amount
    this.emit("refund.created", refund)
    this.emit("charge.refunded", charge)
    return refund
  }

  /** Also for what a partial capture releases: Stripe lists it among the charge's refunds, and tells no message. */
  private makeRefund(charge: Charge, amount: number, metadata: Metadata = {}): Refund {
    return this.make<Refund>("re", "refund", {
      amount,
      charge: charge.id,
      currency: charge.currency,
      metadata,
      payment_intent: charge.payment_intent,
      reason: null,
      status: "succeeded",
    })
  }

  /** The buyer's bank sends a refund back. */
  returnRefund(refundId: string): Refund {
    const refund = this.find<Refund>(refundId, "refund")
    const charge = this.find<Charge>(refund.charge, "charge")
    Object.assign(refund, { status: "failed", failure_reason: "expired_or_canceled_card" })
    charge.amount_refunded -= refund.amount
    charge.refunded = false
    this.emit("refund.failed", refund)
    this.emit("charge.refund.updated", refund)
    return refund
  }

  dispute(intentId: string): Dispute {
    const charge = this.chargeOf(this.find<Intent>(intentId, "payment_intent"))
    charge.disputed = true
    const dispute = this.make<Dispute>("du", "dispute", {
      amount: charge.amount_captured,
      balance_transactions: [],
      charge: charge.id,
      currency: charge.currency,
      evidence_details: { due_by: this.seconds() + 7 * 86_400, has_evidence: false },
      metadata: {},
      payment_intent: intentId,
      reason: "fraudulent",
      status: "needs_response",
    })
    this.emit("charge.dispute.created", dispute)
    dispute.balance_transactions.push(this.transaction(-dispute.amount, 1500, charge.currency))
    this.emit("charge.dispute.funds_withdrawn", dispute)
    return dispute
  }

  decide(disputeId: string, outcome: "won" | "lost"): Dispute {
    const dispute = this.find<Dispute>(disputeId, "dispute")
    dispute.status = outcome
    if (outcome === "won") {
      dispute.balance_transactions.push(this.transaction(dispute.amount, -1500, String(dispute.currency)))
      this.emit("charge.dispute.funds_reinstated", dispute)
    }
    this.emit("charge.dispute.closed", dispute)
    return dispute
  }

  payOut(amount: number, currency: string): StripeObject {
    const payout = this.make<StripeObject>("po", "payout", {
      amount,
      currency,
      status: "paid",
      type: "bank_account",
    })
    this.emit("payout.paid", payout)
    return payout
  }

  private fail(intent: Intent): void {
    const failure = { failure_code: "card_declined", failure_message: "Your card was declined." }
    const charge = this.charge(intent, {
      status: "failed",
      captured: false,
      amount_captured: 0,
      paid: false,
      ...failure,
    })
    intent.status = "requires_payment_method"
    intent.last_payment_error = {
      type: "card_error",
      code: "card_declined",
      decline_code: "generic_decline",
      message: "Your card was declined.",
      charge: charge.id,
    }
    this.emit("charge.failed", charge)
    this.emit("payment_intent.payment_failed", intent)
  }

  private charge(intent: Intent, fields: Record<string, unknown>): Charge {
    const charge = this.make<Charge>("ch", "charge", {
      amount: intent.amount,
      amount_captured: fields.captured ? intent.amount : 0,
      amount_refunded: 0,
      balance_transaction: null,
      currency: intent.currency,
      disputed: false,
      failure_code: null,
      failure_message: null,
      metadata: { ...intent.metadata },
      paid: true,
      payment_intent: intent.id,
      refunded: false,
      ...fields,
    })
    const method = this.make<StripeObject>("pm", "payment_method", {
      type: "card",
      card: { brand: "visa", last4: "4242" },
    })
    Object.assign(intent, { latest_charge: charge.id, payment_method: method.id })
    return charge
  }

  private chargeOf(intent: Intent): Charge {
    if (!intent.latest_charge) throw new Error(`${intent.id} has no charge`)
    return this.find<Charge>(intent.latest_charge, "charge")
  }

  /** The balance transaction comes a little later, and is told in one more message. */
  private book(charge: Charge): void {
    const fee = Math.round(charge.amount_captured * 0.015) + 25
    const { id } = this.transaction(charge.amount_captured, fee, charge.currency)
    charge.balance_transaction = id
    this.emit("charge.updated", charge)
  }

  private transaction(amount: number, fee: number, currency: string): StripeObject {
    return this.make("txn", "balance_transaction", { amount, fee, net: amount - fee, currency })
  }

  private completeSession(session: Session, payment: "paid" | "unpaid"): void {
    Object.assign(session, { status: "complete", payment_status: payment, url: null })
    this.emit("checkout.session.completed", session)
  }

  private expectOpen(intent: Intent): void {
    if (!["requires_payment_method", "requires_confirmation", "requires_action"].includes(intent.status)) {
      throw new Error(`${intent.id} is ${intent.status}: it cannot be paid`)
    }
  }

  private seconds(): number {
    return Math.floor(this.now().getTime() / 1000)
  }
}

function unexpectedState(intent: Intent, verb: string): ApiError {
  return new ApiError(400, {
    type: "invalid_request_error",
    code: "payment_intent_unexpected_state",
    message: `This PaymentIntent could not be ${verb} because it has a status of ${intent.status}.`,
    payment_intent: structuredClone(intent),
  })
}

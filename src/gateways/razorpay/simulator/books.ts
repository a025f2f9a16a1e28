import { exponentOf } from "../../../domain/money"

export type RazorpayObject = { id: string; entity?: string; created_at: number; [field: string]: unknown }
export type PlayedLink = RazorpayObject & {
  amount: number
  amount_paid: number
  currency: string
  status: string
  reference_id: string
  notes: Record<string, string> | null
  order_id?: string
  callback_url?: string
  expire_by: number
}
export type PlayedPayment = RazorpayObject & {
  amount: number
  currency: string
  status: string
  captured: boolean
  order_id: string
  amount_refunded: number
}
export type PlayedRefund = RazorpayObject & { amount: number; payment_id: string; status: string }
export type PlayedDispute = RazorpayObject & { payment_id: string; amount: number; status: string }

/** What Razorpay's API answers to a call that it takes for wrong. */
export class RazorpayError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly field?: string
  ) {
    super(message)
  }
}

type Tell = (event: string, payload: Readonly<Record<string, RazorpayObject>>, at?: number) => void

/** The links, orders, payments, refunds and disputes of one merchant in test mode; tells every change. */
export class RazorpayBooks {
  readonly links: PlayedLink[] = []
  readonly orders: RazorpayObject[] = []
  readonly payments: PlayedPayment[] = []
  readonly refunds: PlayedRefund[] = []
  readonly disputes: PlayedDispute[] = []
  readonly settlements: RazorpayObject[] = []
  private made = 0

  constructor(
    private readonly tell: Tell,
    private readonly now: () => Date
  ) {}

  create(input: Readonly<Record<string, unknown>>): PlayedLink {
    const { amount, currency, reference_id: referenceId, expire_by: expireBy } = input
    checkAmount(amount, String(currency))
    if (typeof referenceId !== "string" || referenceId.length > 40) {
      throw new RazorpayError(400, "The reference id may not be greater than 40 characters.", "reference_id")
    }
    if (this.links.some((link) => link.reference_id === referenceId)) {
      throw new RazorpayError(
        400,
        `payment link already exists with reference_id: ${referenceId}`,
        "reference_id"
      )
    }
    if (typeof expireBy === "number" && expireBy < this.seconds() + 15 * 60) {
      throw new RazorpayError(400, "expire_by should be at least 15 minutes after current time.", "expire_by")
    }
    if (input.callback_url !== undefined && input.callback_method !== "get") {
      throw new RazorpayError(
        400,
        "The callback method is required when callback url is present.",
        "callback_method"
      )
    }
    const link = this.make<PlayedLink>("plink", {
      amount_paid: 0,
      cancelled_at: 0,
      expired_at: 0,
      first_min_partial_amount: 0,
      status: "created",
      updated_at: this.seconds(),
      upi_link: false,
      user_id: "",
      payments: null,
      ...input,
    })
    this.links.push(link)
    return link
  }

  linkOf(id: string): PlayedLink {
    return find(this.links, id)
  }

  paymentOf(id: string): PlayedPayment {
    return find(this.payments, id)
  }

  /** Every link that was made for a reference, the newest last. */
  of(reference: string): PlayedLink[] {
    return this.links.filter(({ notes }) => notes?.ipn_reference === reference)
  }

  paymentsOf(link: PlayedLink): PlayedPayment[] {
    return this.payments.filter(({ order_id: order }) => order === link.order_id)
  }

  /** Authorised and, as Razorpay's default is, captured at once. */
  pay(linkId: string): PlayedPayment {
    const payment = this.attempt(linkId)
    this.authorize(payment)
    this.capture(payment.id, payment.amount)
    return payment
  }

  decline(linkId: string): PlayedPayment {
    const payment = this.attempt(linkId)
    Object.assign(payment, {
      status: "failed",
      error_code: "BAD_REQUEST_ERROR",
      error_description: "Payment failed",
      error_reason: "payment_failed",
    })
    this.tell("payment.failed", { payment })
    return payment
  }

  /** The bank says yes after a failure was told: the payment is authorised, and not captured by itself. */
  authorizeLate(linkId: string): PlayedPayment {
    const payment = this.decline(linkId)
    Object.assign(payment, { error_code: null, error_description: null, error_reason: null })
    this.authorize(payment)
    return payment
  }

  capture(paymentId: string, amount: number): PlayedPayment {
    const payment = this.paymentOf(paymentId)
    if (payment.status === "captured") {
      throw new RazorpayError(400, "This payment has already been captured")
    }
    if (payment.status !== "authorized") {
      throw new RazorpayError(
        400,
        "Only payments which have been authorized and not yet captured can be captured"
      )
    }
    if (amount !== payment.amount) {
      throw new RazorpayError(400, "Capture amount must be equal to the amount authorized", "amount")
    }
    const fee = Math.round(payment.amount * 0.0236)
    Object.assign(payment, { status: "captured", captured: true, fee, tax: Math.round(fee * 0.15) })
    const order = find(this.orders, payment.order_id)
    Object.assign(order, { status: "paid", amount_paid: amount, amount_due: 0 })
    const link = this.links.find((one) => one.order_id === payment.order_id)
    this.tell("payment.captured", { payment })
    this.tell("order.paid", { payment, order })
    if (link && link.status !== "paid") {
      const { id: payment_id, method, created_at } = payment
      const paid = {
        amount: String(amount),
        created_at,
        method,
        payment_id,
        plink_id: link.id,
        status: "captured",
      }
      Object.assign(link, {
        status: "paid",
        amount_paid: amount,
        payments: [paid],
        updated_at: this.seconds(),
      })
      // As in Razorpay's samples: the message has the time of the link.
      this.tell("payment_link.paid", { payment_link: link, order, payment }, link.created_at)
    }
    return payment
  }

  refund(paymentId: string, amount: number, notes: unknown = [], status = "processed"): PlayedRefund {
    const payment = this.paymentOf(paymentId)
    checkAmount(amount, payment.currency)
    if (payment.status === "refunded")
      throw new RazorpayError(400, "The payment has been fully refunded already")
    if (payment.status !== "captured") throw new RazorpayError(400, "The payment status should be captured")
    if (amount > payment.amount - payment.amount_refunded) {
      throw new RazorpayError(400, "The refund amount provided is greater than amount captured", "amount")
    }
    const refund = this.make<PlayedRefund>("rfnd", {
      entity: "refund",
      amount,
      currency: payment.currency,
      payment_id: paymentId,
      notes,
      receipt: null,
      status,
      speed_processed: "normal",
      speed_requested: "normal",
    })
    this.refunds.push(refund)
    payment.amount_refunded += amount
    this.refresh(payment)
    this.tell("refund.created", { refund, payment })
    if (status === "processed") this.tell("refund.processed", { refund, payment })
    return refund
  }

  /** Razorpay gives back what was authorised and not captured within days. */
  lapse(paymentId: string): void {
    const payment = this.paymentOf(paymentId)
    if (payment.status !== "authorized") throw new Error(`the payment is ${payment.status}`)
    const fields = { entity: "refund", amount: payment.amount, currency: payment.currency, notes: [] }
    const refund = this.make<PlayedRefund>("rfnd", { ...fields, payment_id: paymentId, status: "processed" })
    this.refunds.push(refund)
    Object.assign(payment, { status: "refunded", refund_status: "full", amount_refunded: payment.amount })
    this.tell("refund.processed", { refund, payment })
  }

  settleRefund(refundId: string, status: "processed" | "failed"): void {
    const refund = find(this.refunds, refundId)
    const payment = this.paymentOf(refund.payment_id)
    refund.status = status
    if (status === "failed") payment.amount_refunded -= refund.amount
    this.refresh(payment)
    this.tell(`refund.${status}`, { refund, payment })
  }

  cancel(linkId: string): PlayedLink {
    return this.endLink(linkId, "cancelled")
  }

  expire(linkId: string): PlayedLink {
    return this.endLink(linkId, "expired")
  }

  dispute(paymentId: string): PlayedDispute {
    const payment = this.paymentOf(paymentId)
    const dispute = this.make<PlayedDispute>("disp", {
      entity: "dispute",
      payment_id: paymentId,
      amount: payment.amount,
      currency: payment.currency,
      amount_deducted: 0,
      reason_code: "goods_or_services_not_received_or_partially_received",
      respond_by: this.seconds() + 10 * 86_400,
      status: "open",
      phase: "chargeback",
    })
    this.disputes.push(dispute)
    this.tell("payment.dispute.created", { payment, dispute })
    return dispute
  }

  /** `under_review`, `won`, `lost` or `closed`. */
  moveDispute(disputeId: string, status: string): void {
    const dispute = find(this.disputes, disputeId)
    Object.assign(dispute, { status, ...(status === "lost" ? { amount_deducted: dispute.amount } : {}) })
    this.tell(`payment.dispute.${status}`, { payment: this.paymentOf(dispute.payment_id), dispute })
  }

  settle(amount: number): RazorpayObject {
    const fields = {
      entity: "settlement",
      amount,
      status: "processed",
      fees: 0,
      tax: 0,
      utr: "1568176960vxp0rj",
    }
    const settlement = this.make("setl", fields)
    this.settlements.push(settlement)
    this.tell("settlement.processed", { settlement })
    return settlement
  }

  private attempt(linkId: string): PlayedPayment {
    const link = this.linkOf(linkId)
    if (link.status !== "created") throw new RazorpayError(400, `The payment link is ${link.status}`)
    if (link.order_id === undefined) {
      const order = this.make("order", {
        entity: "order",
        amount: link.amount,
        amount_paid: 0,
        amount_due: link.amount,
        currency: link.currency,
        receipt: link.reference_id,
        status: "attempted",
        notes: link.notes ?? [],
      })
      this.orders.push(order)
      link.order_id = order.id
    }
    const payment = this.make<PlayedPayment>("pay", {
      entity: "payment",
      amount: link.amount,
      base_amount: link.amount,
      currency: link.currency,
      status: "created",
      order_id: link.order_id,
      invoice_id: null,
      international: false,
      method: "upi",
      amount_refunded: 0,
      refund_status: null,
      captured: false,
      description: `#${link.id.slice("plink_".length)}`,
      notes: link.notes ?? [],
      fee: null,
      tax: null,
      error_code: null,
      error_description: null,
      error_reason: null,
    })
    this.payments.push(payment)
    return payment
  }

  private authorize(payment: PlayedPayment): void {
    payment.status = "authorized"
    this.tell("payment.authorized", { payment })
  }

  private endLink(linkId: string, status: "cancelled" | "expired"): PlayedLink {
    const link = this.linkOf(linkId)
    if (link.status === "paid")
      throw new RazorpayError(400, "cannot cancel or expire an already paid/partially paid link")
    if (link.status !== "created") throw new RazorpayError(400, "cannot cancel or expire an expired link")
    Object.assign(link, { status, [`${status}_at`]: this.seconds(), updated_at: this.seconds() })
    this.tell(`payment_link.${status}`, { payment_link: link }, link.created_at)
    return link
  }

  private refresh(payment: PlayedPayment): void {
    const full = payment.amount_refunded === payment.amount
    const none = payment.amount_refunded === 0
    Object.assign(payment, {
      status: full ? "refunded" : "captured",
      refund_status: full ? "full" : none ? null : "partial",
    })
  }

  private make<T extends RazorpayObject>(prefix: string, fields: Record<string, unknown>): T {
    const id = `${prefix}_${String(++this.made).padStart(4, "0")}onlyForTests${Math.random().toString(36).slice(2, 8)}`
    return { id, created_at: this.seconds(), ...fields } as unknown as T
  }

  private seconds(): number {
    return Math.floor(this.now().getTime() / 1000)
  }
}

function find<T extends RazorpayObject>(list: readonly T[], id: string): T {
  const found = list.find((one) => one.id === id)
  if (!found) throw new RazorpayError(400, "The id provided does not exist")
  return found
}

function checkAmount(amount: unknown, currency: string): void {
  if (typeof amount !== "number" || !Number.isSafeInteger(amount)) {
    throw new RazorpayError(400, "The amount must be an integer.", "amount")
  }
  if (amount < 100 && exponentOf(currency) === 2) {
    throw new RazorpayError(400, `The amount must be at least ${currency} 1.00`, "amount")
  }
  if (exponentOf(currency) === 3 && amount % 10 !== 0) {
    throw new RazorpayError(400, "The last digit of the amount must be 0.", "amount")
  }
}

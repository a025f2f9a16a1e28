import { add, compare, fromDecimal, isPositive, subtract, zero, type Money } from "../../../domain/money"

export type Amount = { value: string; currency: string }
export type MollieObject = { resource: string; id: string; [field: string]: unknown }
export type PlayedCapture = MollieObject & { amount: Amount; status: string; paymentId: string }
export type PlayedRefund = MollieObject & { amount: Amount; status: string; paymentId: string }
export type PlayedChargeback = MollieObject & { amount: Amount; paymentId: string; reversedAt: string | null }
export type PlayedPayment = MollieObject & {
  status: string
  amount: Amount
  metadata: Record<string, unknown> | null
  redirectUrl: string
  cancelUrl: string | null
  webhookUrl: string | null
  captureMode?: string
  createdAt: string
}

/** What Mollie's API answers to a call that it takes for wrong. */
export class MollieError extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    message: string,
    readonly field?: string
  ) {
    super(message)
  }
}

type Tell = (type: string, entity: MollieObject, payment?: PlayedPayment) => void

/** The payments, captures, refunds and chargebacks of one website profile in test mode; tells every change. */
export class MollieBooks {
  readonly payments = new Map<string, PlayedPayment>()
  readonly captures: PlayedCapture[] = []
  readonly refunds: PlayedRefund[] = []
  readonly chargebacks: PlayedChargeback[] = []
  private made = 0

  constructor(
    private readonly tell: Tell,
    private readonly now: () => Date
  ) {}

  create(fields: Omit<PlayedPayment, "resource" | "id" | "status" | "createdAt">): PlayedPayment {
    const payment = this.make<PlayedPayment>("tr", "payment", {
      ...fields,
      status: "open",
      isCancelable: true,
      sequenceType: "oneoff",
      profileId: "pfl_onlyForTests",
      expiresAt: this.later(15 * 60_000),
    })
    this.payments.set(payment.id, payment)
    return payment
  }

  find(id: string): PlayedPayment {
    const payment = this.payments.get(id)
    if (!payment) throw new MollieError(404, "Not Found", `No payment exists with token ${id}.`)
    return payment
  }

  /** Every payment that was made for a reference, the newest last. */
  of(reference: string): PlayedPayment[] {
    return [...this.payments.values()].filter(({ metadata }) => metadata?.ipn_reference === reference)
  }

  pay(id: string, hold = this.find(id).captureMode === "manual"): void {
    const payment = this.open(id)
    if (hold)
      this.end(payment, "authorized", {
        authorizedAt: this.time(),
        captureBefore: this.later(7 * 86_400_000),
      })
    else this.end(payment, "paid", { paidAt: this.time() })
  }

  wait(id: string): void {
    this.end(this.open(id), "pending", {})
  }

  /** `failed`, `canceled` or `expired`. */
  fail(id: string, status: "failed" | "canceled" | "expired"): PlayedPayment {
    return this.end(this.open(id), status, { [`${status}At`]: this.time() })
  }

  /** Told once it is decided: the API's answer says pending. */
  capture(
    id: string,
    money: Money,
    metadata: unknown,
    outcome: "succeeded" | "failed" = "succeeded"
  ): PlayedCapture {
    const payment = this.find(id)
    if (payment.status !== "authorized") {
      throw new MollieError(
        422,
        "Unprocessable Entity",
        `The payment is ${payment.status} and cannot be captured.`
      )
    }
    const left = subtract(moneyOf(payment.amount), this.captured(payment))
    if (!isPositive(money) || compare(money, left) > 0) {
      throw new MollieError(
        422,
        "Unprocessable Entity",
        "The amount is higher than what is left to capture.",
        "amount"
      )
    }
    const capture = this.make<PlayedCapture>("cpt", "capture", {
      amount: amountOf(money),
      status: "pending",
      paymentId: id,
      metadata,
    })
    this.captures.push(capture)
    const answer = structuredClone(capture)
    capture.status = outcome
    if (outcome === "succeeded") {
      payment.amountCaptured = amountOf(this.captured(payment))
      const all = compare(this.captured(payment), moneyOf(payment.amount)) === 0
      this.tell("capture.succeeded", capture)
      this.end(payment, all ? "paid" : "authorized", all ? { paidAt: this.time() } : {})
    } else this.tell("capture.failed", capture, payment)
    return answer
  }

  release(id: string): void {
    const payment = this.find(id)
    if (payment.status !== "authorized") {
      throw new MollieError(422, "Unprocessable Entity", "The payment has no authorization to release.")
    }
    if (isPositive(this.captured(payment))) this.end(payment, "paid", { paidAt: this.time() })
    else this.end(payment, "canceled", { canceledAt: this.time() })
  }

  refund(id: string, money: Money, metadata: unknown): PlayedRefund {
    const payment = this.find(id)
    const taken = payment.amountCaptured ? this.captured(payment) : moneyOf(payment.amount)
    const left = subtract(payment.status === "paid" ? taken : this.captured(payment), this.refunded(payment))
    if (!isPositive(money) || compare(money, left) > 0) {
      throw new MollieError(422, "Unprocessable Entity", "The amount is higher than the maximum.", "amount")
    }
    const refund = this.make<PlayedRefund>("re", "refund", {
      amount: amountOf(money),
      description: payment.description,
      metadata,
      status: "pending",
      paymentId: id,
    })
    this.refunds.push(refund)
    payment.amountRefunded = amountOf(this.refunded(payment))
    return refund
  }

  settleRefund(id: string, status: "processing" | "refunded" | "failed" | "canceled"): void {
    const refund = this.refunds.find((one) => one.id === id)
    if (!refund) throw new Error(`there is no refund ${id}`)
    refund.status = status
    const payment = this.find(refund.paymentId)
    payment.amountRefunded = amountOf(this.refunded(payment))
    this.tell(`refund.${status}`, refund, payment)
  }

  chargeBack(id: string): PlayedChargeback {
    const payment = this.find(id)
    const chargeback = this.make<PlayedChargeback>("chb", "chargeback", {
      amount: payment.amount,
      reason: null,
      paymentId: id,
      reversedAt: null,
    })
    this.chargebacks.push(chargeback)
    payment.amountChargedBack = payment.amount
    this.tell("chargeback.received", chargeback, payment)
    return chargeback
  }

  reverse(chargebackId: string): void {
    const chargeback = this.chargebacks.find(({ id }) => id === chargebackId)
    if (!chargeback) throw new Error(`there is no chargeback ${chargebackId}`)
    chargeback.reversedAt = this.time()
    this.tell("chargeback.reversed", chargeback, this.find(chargeback.paymentId))
  }

  payOut(money: Money): MollieObject {
    const payout = this.make("payout", "payout", {
      balanceId: "bal_onlyForTests",
      amount: amountOf(money),
      status: "completed",
      statusReason: { code: "completed", message: "The payout has been completed." },
      completedAt: this.time(),
    })
    this.tell("payout.completed", payout)
    return payout
  }

  private end(payment: PlayedPayment, status: string, fields: Record<string, unknown>): PlayedPayment {
    Object.assign(payment, { status, isCancelable: false, ...fields })
    this.tell(`payment.${status}`, payment, payment)
    return payment
  }

  private open(id: string): PlayedPayment {
    const payment = this.find(id)
    if (payment.status === "open" || payment.status === "pending") return payment
    throw new MollieError(422, "Unprocessable Entity", `The payment is ${payment.status}.`)
  }

  private captured(payment: PlayedPayment): Money {
    return this.total(this.captures, payment, (status) => status === "succeeded")
  }

  private refunded(payment: PlayedPayment): Money {
    return this.total(this.refunds, payment, (status) => status !== "failed" && status !== "canceled")
  }

  private total(
    list: readonly { paymentId: string; status: string; amount: Amount }[],
    payment: PlayedPayment,
    counts: (status: string) => boolean
  ): Money {
    return list
      .filter((one) => one.paymentId === payment.id && counts(one.status))
      .reduce((sum, one) => add(sum, moneyOf(one.amount)), zero(payment.amount.currency))
  }

  private make<T extends MollieObject>(prefix: string, resource: string, fields: Record<string, unknown>): T {
    const id = `${prefix}_${String(++this.made).padStart(4, "0")}onlyForTests${Math.random().toString(36).slice(2, 8)}`
    return { resource, id, mode: "test", createdAt: this.time(), ...fields } as unknown as T
  }

  private time(): string {
    return writeTime(this.now())
  }

  private later(ms: number): string {
    return writeTime(new Date(this.now().getTime() + ms))
  }
}

export function moneyOf({ value, currency }: Amount): Money {
  return fromDecimal(value, currency)
}

export function amountOf({ amount, currency }: Money): Amount {
  return { value: amount, currency: currency.toUpperCase() }
}

/** `2026-01-15T10:30:00+00:00` */
function writeTime(at: Date): string {
  return at.toISOString().replace(/\.\d{3}Z$/, "+00:00")
}

import fc from "fast-check"
import { fromMinorUnits, type Money } from "../../../src/domain/money"
import type { PaymentEvent, PaymentEventType } from "../../../src/domain/payment-event"

/**
 * A gateway that only ever does what a real one may do, and says each step of it. What it says of a payment is a
 * history; what it knows itself is the truth that the facts must reach, whatever the network does to the history.
 */
export type History = Readonly<{
  reference: string
  ask: Money
  /** In the order in which it happened. */
  events: readonly PaymentEvent[]
  truth: Truth
}>

/** In minor units of the asked currency. */
export type Truth = Readonly<{
  /** The highest authorisation that was not released. */
  authorized: bigint
  captured: bigint
  refunded: bigint
  /** Every payment that was under way is over, and no money was taken. */
  isOver: boolean
}>

/** Whether each statement tells its own amount, or how much of the payment was moved so far. */
export type Speech = "deltas" | "totals"

const steps = [
  "pend",
  "authorize",
  "capture",
  "capture_part",
  "capture_fails",
  "attempt_fails",
  "fail",
  "cancel",
  "expire",
  "refund",
  "refund_pending",
  "refund_fails",
  "dispute",
  "dispute_update",
  "dispute_won",
  "dispute_lost",
  "fee",
  "info",
] as const
type Step = (typeof steps)[number]
type Move = Readonly<{ step: Step; payment: number; seconds: number; share: number }>

export type ModelOptions = Readonly<{
  /** How many payments a buyer may start for one reference. Default 2. */
  payments?: number
  /** How many steps the gateway tries; those that are not possible then are left out. Default 14. */
  maxSteps?: number
  /** Default all: `["jpy", "usd", "kwd"]`. */
  currencies?: readonly string[]
  /** What is paid, in all histories. Default: any amount in one of the currencies. */
  ask?: Money
  /** Default both. */
  speech?: Speech
  /** Default "payses_model". */
  reference?: string
  /** Of the first step. Default 2026-01-01. */
  startsAt?: Date
}>

/** Legal histories of one reference: authorised, captured in parts, refunded, disputed, failed, lapsed. */
export function histories(options: ModelOptions = {}): fc.Arbitrary<History> {
  const { payments = 2, maxSteps = 14, currencies = ["jpy", "usd", "kwd"] } = options
  const move = fc.record<Move>({
    step: fc.constantFrom(...steps),
    payment: fc.nat(payments - 1),
    seconds: fc.constantFrom(0, 0, 1, 60),
    share: fc.integer({ min: 1, max: 99 }),
  })
  return fc
    .record({
      units: fc.bigInt({ min: 1n, max: 9_999_999n }),
      currency: fc.constantFrom(...currencies),
      speech: options.speech ? fc.constant(options.speech) : fc.constantFrom<Speech>("deltas", "totals"),
      moves: fc.array(move, { minLength: 1, maxLength: maxSteps }),
    })
    .map(({ units, currency, speech, moves }) =>
      new GatewayModel(options.ask ?? fromMinorUnits(units, currency), speech, options).play(moves)
    )
}

/** What a network makes of a history: any order, and some statements more than once. */
export function deliveries<T>(told: readonly T[]): fc.Arbitrary<T[]> {
  const all = fc.shuffledSubarray([...told], { minLength: told.length })
  const again = fc.shuffledSubarray([...told])
  return fc.tuple(all, again, fc.infiniteStream(fc.nat())).map(([once, twice, places]) =>
    twice.reduce<T[]>((mixed, event) => {
      const place = (places.next().value ?? 0) % (mixed.length + 1)
      return [...mixed.slice(0, place), event, ...mixed.slice(place)]
    }, once)
  )
}

type Movement = { id: string; units: bigint; failed: boolean }
type Refund = Movement & { pending: boolean }
type Payment = {
  id: string
  asked: boolean
  authorized: bigint
  closed: boolean
  captures: Movement[]
  refunds: Refund[]
  disputes: { id: string; open: boolean }[]
}

class GatewayModel {
  private readonly events: PaymentEvent[] = []
  private readonly payments: Payment[] = []
  private readonly units: bigint
  private readonly reference: string
  private now: number
  /** Set when the next step must be told for a later second: gateways write times in seconds. */
  private mustTick = false

  constructor(
    private readonly ask: Money,
    private readonly speech: Speech,
    options: ModelOptions
  ) {
    this.units = BigInt(ask.amount.replace(".", ""))
    this.reference = options.reference ?? "payses_model"
    this.now = (options.startsAt ?? new Date("2026-01-01T00:00:00Z")).getTime()
  }

  play(moves: readonly Move[]): History {
    for (const move of moves) {
      this.now += move.seconds * 1000
      this.make(move, this.paymentAt(move.payment))
    }
    const captured = sum(this.payments.map(capturedOf))
    const isUnderWay = this.payments.some((payment) => payment.asked && !payment.closed)
    return {
      reference: this.reference,
      ask: this.ask,
      events: this.events,
      truth: {
        authorized: this.payments.reduce(
          (most, { authorized, closed }) => (!closed && authorized > most ? authorized : most),
          0n
        ),
        captured,
        refunded: sum(this.payments.map(refundedOf)),
        isOver: captured === 0n && !isUnderWay && this.payments.some(({ closed }) => closed),
      },
    }
  }

  private paymentAt(index: number): Payment {
    const id = `pay_${index}`
    const known = this.payments.find((payment) => payment.id === id)
    if (known) return known
    const payment: Payment = {
      id,
      asked: false,
      authorized: 0n,
      closed: false,
      captures: [],
      refunds: [],
      disputes: [],
    }
    this.payments.push(payment)
    return payment
  }

  private make({ step, share }: Move, payment: Payment): void {
    const taken = capturedOf(payment)
    const kept = taken - sum(payment.refunds.filter(({ failed }) => !failed).map(({ units }) => units))
    const part = (whole: bigint) => (whole * BigInt(share)) / 100n || whole
    const capture = payment.captures.filter(({ failed }) => !failed).at(-1)
    const refund = payment.refunds.filter(({ failed }) => !failed).at(-1)
    const dispute = payment.disputes.at(-1)
    switch (step) {
      case "pend":
        if (payment.closed || taken > 0n) return
        payment.asked = true
        return this.tell(payment, "payment.pending", { units: this.units })
      case "authorize":
        if (payment.authorized > 0n && !payment.closed) return
        // A failed or lapsed payment that succeeds after all does so later than it failed.
        if (payment.closed) this.tick()
        Object.assign(payment, { asked: true, closed: false, authorized: this.units })
        return this.tell(payment, "payment.authorized", { units: this.units })
      case "capture":
      case "capture_part": {
        const left = this.units - taken
        if (left <= 0n) return
        const units = step === "capture" ? left : part(left)
        payment.asked = true
        payment.captures.push({ id: `${payment.id}_cap_${payment.captures.length}`, units, failed: false })
        return this.tell(payment, "payment.captured", { units, resource: payment.captures.at(-1)?.id })
      }
      case "capture_fails":
        if (!capture || payment.refunds.length > 0) return
        capture.failed = true
        return this.correct(payment, "capture.failed", capture)
      case "attempt_fails":
        if (payment.closed || payment.authorized > 0n || taken > 0n) return
        return this.tell(payment, "payment.attempt_failed", { units: this.units })
      case "fail":
        if (payment.authorized > 0n || taken > 0n) return
        payment.closed = true
        this.mustTick = true
        return this.tell(payment, "payment.failed", {})
      case "cancel":
      case "expire":
        if (payment.closed || (taken > 0n && taken >= payment.authorized)) return
        payment.closed = true
        this.mustTick = true
        return this.tell(payment, step === "cancel" ? "payment.canceled" : "payment.expired", {})
      case "refund":
      case "refund_pending": {
        if (refund?.pending && step === "refund") {
          refund.pending = false
          return this.tell(payment, "refund.succeeded", { units: refund.units, resource: refund.id })
        }
        if (kept <= 0n) return
        const pending = step === "refund_pending"
        const units = part(kept)
        const made = { id: `${payment.id}_ref_${payment.refunds.length}`, units, failed: false, pending }
        payment.refunds.push(made)
        return this.tell(payment, pending ? "refund.pending" : "refund.succeeded", {
          units,
          resource: made.id,
        })
      }
      case "refund_fails":
        if (!refund) return
        refund.failed = true
        return this.correct(payment, "refund.failed", refund)
      case "dispute":
        if (taken === 0n || dispute?.open) return
        payment.disputes.push({ id: `${payment.id}_dis_${payment.disputes.length}`, open: true })
        return this.tell(payment, "dispute.opened", { units: taken, resource: payment.disputes.at(-1)?.id })
      case "dispute_update":
      case "dispute_won":
      case "dispute_lost": {
        if (!dispute?.open) return
        dispute.open = step === "dispute_update"
        const type = step.replace("_", ".").replace("update", "updated") as PaymentEventType
        return this.tell(payment, type, { units: taken, resource: dispute.id })
      }
      case "fee":
        if (!capture) return
        return this.tell(payment, "fee", { resource: `${capture.id}_fee`, fee: 1n })
      case "info":
        return this.tell(payment, "info", {})
    }
  }

  /** A correction is told for a second of its own: within one second no snapshot says whether it holds it. */
  private correct(payment: Payment, type: PaymentEventType, movement: Movement): void {
    this.tick()
    this.tell(payment, type, { units: movement.units, resource: movement.id })
    this.mustTick = true
  }

  private tick(): void {
    this.now += 1000
    this.mustTick = false
  }

  private tell(
    payment: Payment,
    type: PaymentEventType,
    { units, resource, fee }: { units?: bigint; resource?: string | undefined; fee?: bigint }
  ): void {
    if (this.mustTick && type !== "payment.failed" && !/canceled|expired/.test(type)) this.tick()
    const money = (count: bigint) => fromMinorUnits(count, this.ask.currency)
    this.events.push({
      key: `evt_${this.events.length}`,
      type,
      test: true,
      reference: this.reference,
      gatewayPayment: payment.id,
      ...(resource ? { resource } : {}),
      ...(units === undefined ? {} : { money: money(units) }),
      ...(fee === undefined ? {} : { fee: money(fee) }),
      ...(this.speech === "totals"
        ? {
            totals: {
              authorized: money(payment.authorized),
              captured: money(capturedOf(payment)),
              refunded: money(refundedOf(payment)),
            },
          }
        : {}),
      occurredAt: new Date(this.now),
    })
  }
}

function capturedOf({ captures }: Payment): bigint {
  return sum(captures.filter(({ failed }) => !failed).map(({ units }) => units))
}

function refundedOf({ refunds }: Payment): bigint {
  return sum(refunds.filter(({ failed, pending }) => !failed && !pending).map(({ units }) => units))
}

function sum(units: readonly bigint[]): bigint {
  return units.reduce((total, one) => total + one, 0n)
}

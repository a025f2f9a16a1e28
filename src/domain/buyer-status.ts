import { createHash } from "node:crypto"
import { contradicts, covers } from "./contradicts"
import type { Facts } from "./fold"
import { compare, isPositive, type Money } from "./money"
import type { Ask, Policy } from "./plan"

/** What a buyer is told of a purchase, in one word. */
export const buyerStates = [
  "awaiting_buyer",
  "processing",
  "pending",
  "authorized",
  "paid",
  "failed",
  "canceled",
  "expired",
  "review",
] as const
export type BuyerState = (typeof buyerStates)[number]

/** Where the buyer goes to pay, as the gateway said when the payment was started. */
export type PayAt =
  | Readonly<{ kind: "redirect"; url: string }>
  | Readonly<{ kind: "form"; url: string; fields: Readonly<Record<string, string>> }>
  | Readonly<{ kind: "instructions" } & Instructions>

/** How to pay without a page of the gateway: by bank transfer, at a counter. */
export type Instructions = Readonly<{
  lines: readonly string[]
  /** What the buyer writes on the transfer. */
  reference?: string
  /** ISO 8601. */
  dueAt?: string
  /** The text of a QR code, as the gateway gave it. */
  qr?: string
}>

/** One payment that was started for a purchase. */
export type BuyerPayment = Readonly<{
  /** The name of the gateway, as people know it. */
  method: string
  ask: Ask
  /** What was told so far, as it was settled last; absent before the first message. */
  facts?: Facts | undefined
  lane?: Readonly<{ state: string; isDue: boolean }> | undefined
  payAt?: PayAt | undefined
  /** The QR code of its instructions, as an SVG. */
  qrSvg?: string | undefined
  /** Whether the buyer can still pay it as far as Medusa knows: its session is there. */
  isOpen: boolean
}>

export type Purchase = Readonly<{
  /** All payments that were started for it, the oldest first; at least one. */
  payments: readonly BuyerPayment[]
  order?:
    | Readonly<{
        id: string
        displayId: number
        isCanceled: boolean
        /** Whether it is paid in another way than by these payments. */
        isPaidElsewhere?: boolean
      }>
    | undefined
  /** Until when the goods are held: milliseconds since 1970. */
  heldUntil?: number | undefined
  /** When the buyer's browser came back from the gateway: milliseconds since 1970. That proves nothing but that it did. */
  returnedAt?: number | undefined
  /** Whether the store emails its buyers what became of a payment with real money. */
  emailsBuyers?: boolean
}>

export type BuyerReason = Readonly<{ code: string; message: string; retryable: boolean }>
export type BuyerAction = "pay" | "wait" | "retry" | "none"

/** The store API's answer. No names, no addresses, nothing of what a gateway wrote. */
export type BuyerStatus = Readonly<{
  state: BuyerState
  /** Whether a page may stop waiting. */
  terminal: boolean
  /** Changes whenever anything else in here does. */
  version: string
  amount: string
  currency_code: string
  method: string
  /** Whether it is paid with test money. */
  test: boolean
  /** Whether the buyer is emailed what becomes of it. Never of a test payment. */
  will_email: boolean
  order: Readonly<{ id: string; display_id: number }> | null
  reason: BuyerReason | null
  instructions: Readonly<{
    lines: readonly string[]
    reference: string | null
    due_at: string | null
    qr: string | null
    qr_svg: string | null
  }> | null
  hold: Readonly<{ expires_at: string }> | null
  next: Readonly<{ action: BuyerAction; to: PayAt | null; retry_after_ms: number }>
}>

/** How long after coming back a buyer is told that the payment is being confirmed, while nothing was told of it. */
const confirmingMs = 120_000

/**
 * What a buyer is told of a purchase now: from what gateways said and what the store made of it, never from what a
 * browser brought along. Of several payments the one that counts is told: money first, then the newest.
 * @param now milliseconds since 1970
 */
export function buyerStatus(purchase: Purchase, policy: Policy, now: number): BuyerStatus {
  const { order, payments, heldUntil } = purchase
  const told = payments.map((payment, index) => ({
    payment,
    ...standingOf(payment, purchase, policy, now, index === payments.length - 1),
  }))
  const newest = told.at(-1)!
  const first = (...states: Standing["state"][]) => told.findLast(({ state }) => states.includes(state))
  const elsewhere =
    order?.isPaidElsewhere && !order.isCanceled
      ? ({ payment: newest.payment, state: "authorized", terminal: true } as const)
      : undefined
  const chosen =
    first("paid") ??
    first("authorized") ??
    first("review") ??
    elsewhere ??
    first("processing", "pending") ??
    newest
  const { payment, state, terminal } = chosen
  const test = payment.ask.mode === "test" || payment.facts?.modes.includes("test") === true
  const willEmail = purchase.emailsBuyers === true && !test
  const reason = isPaidTwice(told) ? reasons.paid_twice : reasonOf(chosen, purchase, willEmail)
  const shown = {
    state,
    terminal,
    amount: payment.ask.money.amount,
    currency_code: payment.ask.money.currency,
    method: payment.method,
    test,
    will_email: willEmail,
    order: order ? { id: order.id, display_id: order.displayId } : null,
    reason,
    instructions: state === "pending" ? instructionsOf(payment) : null,
    hold:
      heldUntil !== undefined && heldUntil > now && !order
        ? { expires_at: new Date(heldUntil).toISOString() }
        : null,
    next: nextOf(chosen, reason),
  }
  const version = createHash("sha256").update(JSON.stringify(shown)).digest("base64url").slice(0, 16)
  return { ...shown, version }
}

/** Whether the buyer may start another payment: never while money is there, on its way, or in question. */
export function mayRetry({ state, reason }: Pick<BuyerStatus, "state" | "reason">): boolean {
  if (state === "awaiting_buyer" || state === "pending") return true
  return reason?.retryable === true
}

type Standing = Readonly<{
  state: BuyerState
  terminal: boolean
  why?: keyof typeof reasons
  twice?: boolean
}>
type Told = Standing & Readonly<{ payment: BuyerPayment }>

/** What one payment says by itself. */
function standingOf(
  { facts, lane, ask, payAt }: BuyerPayment,
  { order, returnedAt }: Purchase,
  policy: Policy,
  now: number,
  isNewest: boolean
): Standing {
  const isBusy = lane !== undefined && lane.isDue && lane.state !== "review"
  const captured = facts?.captured.find(({ currency }) => currency === ask.money.currency)
  if (facts && (facts.captured.length > 0 || facts.authorized.length > 0)) {
    if (isPaidBack(facts)) return { state: "canceled", terminal: true, why: "refunded" }
    const twice = facts.paidTimes > 1
    const isWhole = captured !== undefined && (policy.partial === "accept" || covers(captured, ask, policy))
    if (order && !order.isCanceled && twice && isWhole) return { state: "paid", terminal: true, twice }
    // Money in a lane that a person, or the next attempt, has to look at.
    if (lane?.state === "review" || lane?.state === "failed") return inReview
    if (contradicts(facts, ask, policy)) return isBusy ? confirming : inReview
    if (order?.isCanceled) return isBusy ? confirming : inReview
    const state = isWhole ? "paid" : "authorized"
    if (order) return { state, terminal: true }
    if (isBusy) return confirming
    return policy.orderWhen === "paid" && !isWhole ? { state, terminal: false } : inReview
  }
  if (lane?.state === "review") return inReview
  if (order?.isCanceled) return { state: "canceled", terminal: true, why: "order_canceled" }
  if (facts?.ended) return { state: facts.ended.as, terminal: true, why: facts.ended.as }
  if (facts?.pending) {
    return payAt?.kind === "instructions"
      ? { state: "pending", terminal: false, why: "awaiting_money" }
      : confirming
  }
  if (facts && facts.attemptsFailed > 0) return { state: "failed", terminal: false, why: "declined" }
  if (isBusy) return confirming
  if (payAt?.kind === "instructions") return { state: "pending", terminal: false, why: "awaiting_money" }
  const cameBack = isNewest && returnedAt !== undefined && now < returnedAt + confirmingMs
  return cameBack ? confirming : { state: "awaiting_buyer", terminal: false }
}

const confirming: Standing = { state: "processing", terminal: false, why: "confirming" }
const inReview: Standing = { state: "review", terminal: false, why: "checking" }

/** A refund that is still on its way is not told as one that came. */
function isPaidBack({ captured, refunded }: Facts): boolean {
  return (
    captured.length > 0 &&
    captured.every((money) => {
      const back = refunded.find(({ currency }) => currency === money.currency)
      return back !== undefined && compare(back, money) >= 0
    })
  )
}

/** Twice by one payment's page, or by two payments of the same purchase. */
function isPaidTwice(told: readonly Told[]): boolean {
  if (!told.some(({ state }) => state === "paid")) return false
  const withMoney = told.filter(({ payment, state }) => holdsMoney(payment.facts) && state !== "canceled")
  return withMoney.length > 1 || told.some(({ twice }) => twice === true)
}

function holdsMoney(facts: Facts | undefined): boolean {
  return facts?.captured.some((money: Money) => isPositive(money)) ?? false
}

const reasons = {
  confirming: {
    code: "confirming",
    message: "We are confirming your payment with {method}. You can close this page{email}.",
    retryable: false,
  },
  awaiting_money: {
    code: "awaiting_money",
    message: "We are waiting for your payment. You can close this page{email}.",
    retryable: true,
  },
  checking: {
    code: "checking",
    message: "We received your payment and are checking it. You do not need to pay again.",
    retryable: false,
  },
  declined: {
    code: "declined",
    message: "Your payment did not go through. Nothing was charged.",
    retryable: true,
  },
  failed: {
    code: "failed",
    message: "Your payment did not go through. Nothing was charged.",
    retryable: true,
  },
  canceled: {
    code: "canceled",
    message: "You cancelled the payment. Nothing was charged.",
    retryable: true,
  },
  expired: {
    code: "expired",
    message: "The time to pay is over. Nothing was charged.",
    retryable: true,
  },
  order_canceled: {
    code: "order_canceled",
    message: "This order was cancelled. Nothing was charged.",
    retryable: false,
  },
  refunded: {
    code: "refunded",
    message: "Your payment was paid back.",
    retryable: false,
  },
  paid_twice: {
    code: "paid_twice",
    message: "We received your payment twice. You do not need to do anything: we will look into it.",
    retryable: false,
  },
} as const satisfies Record<string, BuyerReason>

function reasonOf({ why, payment }: Told, { order }: Purchase, willEmail: boolean): BuyerReason | null {
  if (why === undefined) return null
  const { code, message, retryable } = reasons[why]
  return {
    code,
    message: message
      .replace("{method}", payment.method)
      .replace("{email}", willEmail ? ": we will email you" : ""),
    retryable: retryable && !order?.isCanceled,
  }
}

function instructionsOf({ payAt, qrSvg }: BuyerPayment): BuyerStatus["instructions"] {
  if (payAt?.kind !== "instructions") return null
  const { lines, reference = null, dueAt = null, qr = null } = payAt
  return { lines, reference, due_at: dueAt, qr, qr_svg: qrSvg ?? null }
}

/** What the page does next, and how soon to ask again where it does not keep the line open. */
function nextOf({ state, payment, terminal }: Told, reason: BuyerReason | null): BuyerStatus["next"] {
  const after = (action: BuyerAction, retry_after_ms: number, to: PayAt | null = null) => ({
    action,
    to,
    retry_after_ms: terminal ? 0 : retry_after_ms,
  })
  switch (state) {
    case "awaiting_buyer":
      return payment.isOpen && payment.payAt ? after("pay", 5_000, payment.payAt) : after("retry", 5_000)
    case "failed":
    case "canceled":
    case "expired":
      return after(reason?.retryable ? "retry" : "none", 5_000)
    case "processing":
      return after("wait", 2_000)
    case "pending":
      return after("wait", 15_000)
    case "authorized":
    case "review":
      return after(terminal ? "none" : "wait", 30_000)
    case "paid":
      return after("none", 0)
  }
}

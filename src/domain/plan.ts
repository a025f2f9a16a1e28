import { contradicts, covers, leavesTooLittle, most } from "./contradicts"
import type { Facts } from "./fold"
import { equals, isPositive, zero, type Money } from "./money"
import { planCaptures, planRefunds, planWriteOff } from "./plan-money"
import { wentBack } from "./went-back"

/** What the owner decided about when an order is placed and when a failure is believed. */
export type Policy = Readonly<{
  /** `paid`: once captured in full; `authorized`: once authorised or captured; `pending`: as soon as the gateway has the payment in hand. */
  orderWhen: "pending" | "authorized" | "paid"
  /** How long a failure, cancellation or expiry waits for a success that may still come. Milliseconds. */
  failureGraceMs: number
  /** Whether a part of the amount places the order, or the rest is waited for. */
  partial: "await" | "accept"
  /** How much less or more than asked for counts as the whole amount. Percent, 0 to 5. */
  tolerancePercent: number
  /** Whether an order is cancelled when its payment ended without success. */
  cancelUnpaidOnFailure: boolean
  /** How long an order waits for its money before it is cancelled; null for ever. Milliseconds. */
  cancelUnpaidAfterMs: number | null
  /** Whether an order that we cancelled comes back when its money comes after all. */
  latePayment: "revive" | "review"
}>

/** What was asked of the gateway before the buyer left. */
export type Ask = Readonly<{ money: Money; mode: "live" | "test" }>

/** What a person decided about these facts. */
export type Ruling = "accept_part" | "accept_full" | "ignore"

/** What Medusa says now about one payment session and what hangs on it. */
export type StoreView = Readonly<{
  cart?: Readonly<{ id: string; total: Money }>
  order?: Readonly<{
    id: string
    canceled: boolean
    /** Whether it was cancelled by us because it was not paid, and not by a person. */
    canceledByUs: boolean
    /** Milliseconds since 1970. */
    placedAt: number
    /** What we wrote off on it, because a person or the tolerance accepted less. */
    writtenOff: Money
    /** What Medusa says the order still waits for; less than nothing when it has too much. */
    owed: Money
  }>
  session: Readonly<{
    status:
      | "pending"
      | "requires_more"
      | "pending_authorization"
      | "authorized"
      | "captured"
      | "error"
      | "canceled"
      | "gone"
    /** Whether it is the session by which the cart would be completed. */
    current: boolean
    /** Whether another payment for the same cart or order has money. */
    rival: boolean
  }>
  payment?: Readonly<{
    id: string
    canceled: boolean
    money: Money
    captures: readonly CaptureView[]
    refunds: readonly RefundView[]
    /** How many captures and refunds we took back because the gateway said that they failed. */
    undone: Readonly<{ captures: number; refunds: number }>
    /** Whether Medusa's totals are those of its rows: it writes them one after the other, and a crash may come between. */
    counted: boolean
  }>
}>
export type CaptureView = Readonly<{
  id: string
  money: Money
  inOrder: boolean
  /** Whether we booked it because the gateway told of it; the others were made in the admin. */
  ours: boolean
  /** Whether it was being taken back when a crash came: the order no longer counts it, the payment still does. */
  halfUndone: boolean
}>
export type RefundView = CaptureView &
  Readonly<{
    /** The gateway's id of the refund, where it is known. */
    resource?: string
  }>

/** One change that is still missing for the store to agree with the facts. */
export type Effect =
  | Readonly<{ kind: "mark_session"; status: "pending_authorization" | "error" | "canceled" }>
  | Readonly<{ kind: "restore_session"; cart_id: string }>
  | Readonly<{ kind: "authorize_payment" }>
  | Readonly<{ kind: "complete_cart"; cart_id: string }>
  | Readonly<{ kind: "revive_order" }>
  | Readonly<{ kind: "record_capture"; money: Money }>
  | Readonly<{ kind: "record_transaction"; capture_id: string; money: Money }>
  | Readonly<{ kind: "undo_capture"; capture_id: string; money: Money }>
  | Readonly<{ kind: "record_refund"; money: Money; resource?: string }>
  | Readonly<{ kind: "record_refund_transaction"; refund_id: string; money: Money }>
  | Readonly<{ kind: "undo_refund"; refund_id: string; money: Money }>
  | Readonly<{ kind: "write_off"; money: Money }>
  | Readonly<{ kind: "void_payment" }>
  | Readonly<{ kind: "recount_payment" }>
  | Readonly<{ kind: "cancel_order" }>

/** Why a person must decide. Nothing is applied meanwhile. */
export type ReviewReason =
  | "receiver_differs"
  | "mode_differs"
  | "currency_differs"
  | "amount_short"
  | "amount_over"
  | "held_by_gateway"
  | "session_replaced"
  | "cart_changed"
  | "order_canceled"
  | "no_cart"
  | "out_of_stock"

export type Review = Readonly<{ kind: "review"; reason: ReviewReason; expected?: Money; told?: Money }>

export type Plan =
  | Readonly<{ kind: "apply"; effects: readonly Effect[]; recheckAt?: number }>
  | Review
  /** The gateway must be asked before anything is taken from the buyer; then plan again with what it says. */
  | Readonly<{ kind: "ask_gateway" }>
  | Readonly<{ kind: "ignored" }>

/** What is known besides the facts: the time, what a person decided, and whether the gateway was asked just now. */
export type Circumstances = Readonly<{
  /** Milliseconds since 1970. */
  now: number
  ruling?: Ruling
  asked?: boolean
}>

const nothing = { kind: "apply", effects: [] } as const

/** What must still change so that the store agrees with the facts; an empty list when it agrees. */
export function plan(facts: Facts, ask: Ask, store: StoreView, policy: Policy, when: Circumstances): Plan {
  // What a crash left is finished first, whatever comes next: the order's payment status goes by these totals.
  if (store.payment && !store.payment.counted)
    return { kind: "apply", effects: [{ kind: "recount_payment" }] }
  if (when.ruling === "ignore") return { kind: "ignored" }
  const contradiction = contradicts(facts, ask, policy)
  if (contradiction && !isWaived(contradiction, store, when.ruling)) {
    return isUndone(contradiction, facts, store) ? closePayment(store) : contradiction
  }
  if (facts.captured[0] || facts.authorized[0]) return planSuccess(facts, ask, store, policy, when)
  // Money that was booked and then did not come after all.
  const corrections = [...planCaptures(facts, ask, store), ...planRefunds(facts, ask, store)]
  if (corrections.length > 0) return { kind: "apply", effects: corrections }
  if (facts.ended) return planEnd(facts.ended, store, policy, when)
  if (wentBack(facts) && !store.order) return closePayment(store)
  const pending = facts.pending ? planPending(ask, store, policy) : nothing
  return pending.kind === "apply" && pending.effects.length === 0 ? planUnpaid(store, policy, when) : pending
}

/**
 * A person may accept another amount, and money that the gateway holds; never another receiver, mode or currency. Where
 * an order stands on an authorisation of the whole amount and only a part of it is taken, that part is recorded.
 */
function isWaived({ reason }: Review, { order, payment }: StoreView, ruling: Ruling | undefined): boolean {
  if (reason === "amount_short" && order && payment) return true
  return isAccepted(ruling) && ["amount_short", "amount_over", "held_by_gateway"].includes(reason)
}

/** There is nothing left to decide about wrong money that went back to the buyer and that the store never booked. */
function isUndone({ reason }: Review, facts: Facts, { payment }: StoreView): boolean {
  const isOurs = reason !== "receiver_differs" && reason !== "mode_differs"
  return isOurs && wentBack(facts) && (payment?.captures.length ?? 0) === 0
}

function closePayment({ session }: StoreView): Plan {
  return isOpen(session.status)
    ? { kind: "apply", effects: [{ kind: "mark_session", status: "canceled" }] }
    : nothing
}

function isAccepted(ruling: Ruling | undefined): boolean {
  return ruling === "accept_part" || ruling === "accept_full"
}

function planSuccess(
  facts: Facts,
  ask: Ask,
  store: StoreView,
  policy: Policy,
  { ruling }: Circumstances
): Plan {
  const captured = facts.captured[0] ?? zero(ask.money.currency)
  const { payment, order } = store
  if (payment && payment.money.currency !== ask.money.currency) {
    return { kind: "review", reason: "currency_differs", expected: payment.money, told: most(facts) }
  }
  const effects = successEffects(facts, ask, store, policy, ruling)
  if (effects.length === 0 && order) return nothing
  if (order?.canceled) return planForCanceledOrder(facts, ask, store, policy, effects)
  if (!order) {
    const obstacle = obstacleToOrder(facts, ask, store, policy, ruling)
    if (obstacle) return obstacle
    const paid = covers(captured, ask, policy) || isAccepted(ruling) || policy.partial === "accept"
    if (policy.orderWhen === "paid" && !(paid && isPositive(captured))) return nothing
    return { kind: "apply", effects: store.session.current ? effects : [restore(store), ...effects] }
  }
  if ((!payment && !store.session.current) || isPaidOtherwise(store)) {
    return wentBack(facts) ? closePayment(store) : replaced(facts)
  }
  return { kind: "apply", effects }
}

/** The order is paid, and by nothing of this payment: its money is a second one. */
function isPaidOtherwise({ order, payment, session }: StoreView): boolean {
  const isBooked = (payment?.captures.length ?? 0) > 0
  return order !== undefined && !isBooked && session.rival && !isPositive(order.owed)
}

/** Why no order is placed on the money: with nothing to do when it went back to the buyer, else with a question. */
function obstacleToOrder(
  facts: Facts,
  ask: Ask,
  store: StoreView,
  policy: Policy,
  ruling: Ruling | undefined
): Plan | undefined {
  const { cart, session } = store
  if (wentBack(facts)) return closePayment(store)
  const tooLittle = isAccepted(ruling) ? undefined : leavesTooLittle(facts, ask, policy)
  if (tooLittle) return tooLittle
  if (!cart) {
    return session.current ? { kind: "review", reason: "no_cart", told: most(facts) } : replaced(facts)
  }
  if (!equals(cart.total, ask.money) && !isAccepted(ruling)) {
    if (!session.current) return replaced(facts)
    return { kind: "review", reason: "cart_changed", expected: cart.total, told: most(facts) }
  }
  return session.current || !session.rival ? undefined : replaced(facts)
}

function replaced(facts: Facts): Review {
  return { kind: "review", reason: "session_replaced", told: most(facts) }
}

/** The buyer paid a page that core has forgotten, for a cart that still costs the same. */
function restore({ cart }: StoreView): Effect {
  return { kind: "restore_session", cart_id: cart!.id }
}

/** Money that comes for a cancelled order: ours comes back, that of a person is asked about. Refunds are booked on both. */
function planForCanceledOrder(
  facts: Facts,
  ask: Ask,
  { order }: StoreView,
  policy: Policy,
  effects: readonly Effect[]
): Plan {
  if (effects.every(({ kind }) => kind.includes("refund"))) return { kind: "apply", effects }
  if (wentBack(facts)) return nothing
  if (order!.canceledByUs && policy.latePayment === "revive" && !leavesTooLittle(facts, ask, policy)) {
    return { kind: "apply", effects: [{ kind: "revive_order" }, ...effects] }
  }
  return { kind: "review", reason: "order_canceled", told: most(facts) }
}

/**
 * A payment whose session does not say so is authorised again: a crash came between the two, and core would make a
 * second payment for such a session and then cancel it at the gateway. Captures are recorded after the order stands:
 * core refunds a captured payment when it cannot place the order.
 */
function successEffects(
  facts: Facts,
  ask: Ask,
  store: StoreView,
  policy: Policy,
  ruling: Ruling | undefined
): Effect[] {
  const { payment, session, order, cart } = store
  const isAuthorized = session.status === "authorized" || session.status === "captured"
  const accepted = covers(facts.captured[0] ?? zero(ask.money.currency), ask, policy)
  const captures = planCaptures(facts, ask, store)
  const first: Effect[] = [
    ...(payment && !payment.canceled && isAuthorized ? [] : [{ kind: "authorize_payment" as const }]),
    ...(order || !cart ? [] : [{ kind: "complete_cart" as const, cart_id: cart.id }]),
    ...captures,
  ]
  // What is right of a capture that was taken back whole is booked next; only then there is money to refund from.
  if (captures.some(({ kind }) => kind === "undo_capture")) return first
  return [
    ...first,
    ...planRefunds(facts, ask, store),
    ...planWriteOff(facts, ask, store, accepted || ruling === "accept_full"),
  ]
}

function isOpen(status: StoreView["session"]["status"]): boolean {
  return ["pending", "requires_more", "pending_authorization"].includes(status)
}

function planEnd(
  ended: NonNullable<Facts["ended"]>,
  store: StoreView,
  policy: Policy,
  { now, asked }: Circumstances
): Plan {
  const { session, payment, order } = store
  const closes = [
    ...(isOpen(session.status)
      ? [
          {
            kind: "mark_session" as const,
            status: ended.as === "failed" ? ("error" as const) : ("canceled" as const),
          },
        ]
      : []),
    ...(payment && !payment.canceled && payment.captures.length === 0
      ? [{ kind: "void_payment" as const }]
      : []),
  ]
  const cancels = order !== undefined && policy.cancelUnpaidOnFailure && isUnpaid(store)
  if (closes.length === 0 && !cancels) return planUnpaid(store, policy, { now, ...(asked ? { asked } : {}) })
  const believedAt = ended.at + policy.failureGraceMs
  if (now < believedAt) return { kind: "apply", effects: [], recheckAt: believedAt }
  if (cancels && !asked) return { kind: "ask_gateway" }
  return { kind: "apply", effects: [...closes, ...(cancels ? [{ kind: "cancel_order" as const }] : [])] }
}

/** An order that waits for its money longer than the owner wants to. The gateway is asked before it is cancelled. */
function planUnpaid(store: StoreView, policy: Policy, { now, asked }: Circumstances): Plan {
  const { order, payment } = store
  if (!order || policy.cancelUnpaidAfterMs === null || !isUnpaid(store)) return nothing
  const dueAt = order.placedAt + policy.cancelUnpaidAfterMs
  if (now < dueAt) return { kind: "apply", effects: [], recheckAt: dueAt }
  if (!asked) return { kind: "ask_gateway" }
  return {
    kind: "apply",
    effects: [
      ...(isOpen(store.session.status)
        ? [{ kind: "mark_session" as const, status: "canceled" as const }]
        : []),
      ...(payment && !payment.canceled ? [{ kind: "void_payment" as const }] : []),
      { kind: "cancel_order" },
    ],
  }
}

function isUnpaid({ order, payment, session }: StoreView): boolean {
  return order !== undefined && !order.canceled && !session.rival && (payment?.captures.length ?? 0) === 0
}

/**
 * A payment on its way opens again what an earlier one of the session had closed. Where the store already has a payment,
 * of money that did not come after all, no order is placed on it.
 */
function planPending(ask: Ask, store: StoreView, policy: Policy): Plan {
  const { session, order, cart } = store
  const effects: Effect[] = []
  if (store.payment) return { kind: "apply", effects }
  const closed = session.current && ["error", "canceled"].includes(session.status)
  if (closed || ["pending", "requires_more"].includes(session.status)) {
    effects.push({ kind: "mark_session", status: "pending_authorization" })
  }
  if (policy.orderWhen === "pending" && !order && cart && session.current) {
    if (!equals(cart.total, ask.money))
      return { kind: "review", reason: "cart_changed", expected: cart.total }
    effects.push({ kind: "complete_cart", cart_id: cart.id })
  }
  return { kind: "apply", effects }
}

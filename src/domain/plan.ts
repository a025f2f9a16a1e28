import type { Facts, Tally } from "./fold"
import { compare, equals, isPositive, subtract, zero, type Money } from "./money"

/** What the owner decided about when an order is placed and when a failure is believed. */
export type Policy = Readonly<{
  /** `paid`: once captured in full; `authorized`: once authorised or captured; `pending`: as soon as the gateway has the payment in hand. */
  orderWhen: "pending" | "authorized" | "paid"
  /** How long a failure, cancellation or expiry waits for a success that may still come. Milliseconds. */
  failureGraceMs: number
}>

/** What was asked of the gateway before the buyer left. */
export type Ask = Readonly<{ money: Money; mode: "live" | "test" }>

/** What Medusa says now about one payment session and what hangs on it. */
export type StoreView = Readonly<{
  cart?: Readonly<{ id: string; total: Money }>
  order?: Readonly<{ id: string; canceled: boolean }>
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
  }>
  payment?: Readonly<{ id: string; canceled: boolean; money: Money; captures: readonly CaptureView[] }>
}>
export type CaptureView = Readonly<{ id: string; money: Money; inOrder: boolean }>

/** One change that is still missing for the store to agree with the facts. */
export type Effect =
  | Readonly<{ kind: "mark_session"; status: "pending_authorization" | "error" | "canceled" }>
  | Readonly<{ kind: "authorize_payment" }>
  | Readonly<{ kind: "complete_cart"; cart_id: string }>
  | Readonly<{ kind: "record_capture"; money: Money }>
  | Readonly<{ kind: "record_transaction"; capture_id: string; money: Money }>

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
  | "refunded_before_order"

export type Plan =
  | Readonly<{ kind: "apply"; effects: readonly Effect[]; recheckAt?: number }>
  | Readonly<{ kind: "review"; reason: ReviewReason; expected?: Money; told?: Money }>

/**
 * What must still change so that the store agrees with the facts; an empty list when it agrees.
 * @param now milliseconds since 1970
 */
export function plan(facts: Facts, ask: Ask, store: StoreView, policy: Policy, now: number): Plan {
  const contradiction = contradicts(facts, ask)
  if (contradiction && !(contradiction.reason === "amount_short" && isTakenInPart(store)))
    return contradiction

  const captured = facts.captured[0]
  if (captured || facts.authorized[0]) {
    return planSuccess(facts, ask, store, policy, captured ?? zero(ask.money.currency))
  }
  if (facts.ended) return planEnd(facts.ended, store, policy, now)
  return facts.pending ? planPending(ask, store, policy) : { kind: "apply", effects: [] }
}

/** The order stands on an authorisation of the whole amount: when only a part of it is taken, that part is recorded. */
function isTakenInPart(store: StoreView): boolean {
  return store.order !== undefined && store.payment !== undefined
}

/**
 * Whether the money told is what was asked for: `undefined` when it is, or when none was told yet.
 * The one comparison that stands between a message and an order.
 */
export function contradicts(facts: Facts, ask: Ask): Extract<Plan, { kind: "review" }> | undefined {
  if (facts.otherReceivers.length > 0) return { kind: "review", reason: "receiver_differs" }
  if (facts.modes.some((mode) => mode !== ask.mode)) return { kind: "review", reason: "mode_differs" }
  const foreign = [...facts.authorized, ...facts.captured, ...facts.refunded].find(
    (money) => money.currency !== ask.money.currency
  )
  if (foreign) return { kind: "review", reason: "currency_differs", expected: ask.money, told: foreign }
  for (const tally of [facts.authorized, facts.captured] satisfies Tally[]) {
    const told = tally[0]
    if (told && compare(told, ask.money) > 0) {
      return { kind: "review", reason: "amount_over", expected: ask.money, told }
    }
  }
  const covered = facts.authorized[0] ?? facts.captured[0]
  if (covered && compare(most(facts), ask.money) < 0) {
    return { kind: "review", reason: "amount_short", expected: ask.money, told: most(facts) }
  }
  if (covered && facts.holds.length > 0) return { kind: "review", reason: "held_by_gateway", told: covered }
  return undefined
}

function most(facts: Facts): Money {
  const [authorized, captured] = [facts.authorized[0], facts.captured[0]]
  if (authorized && captured) return compare(authorized, captured) > 0 ? authorized : captured
  return (authorized ?? captured)!
}

function planSuccess(facts: Facts, ask: Ask, store: StoreView, policy: Policy, captured: Money): Plan {
  const effects = successEffects(captured, store)
  if (effects.length === 0 && store.order) return { kind: "apply", effects }

  const refunded = facts.refunded[0]
  const isRefunded = refunded && isPositive(captured) && compare(refunded, captured) >= 0
  if (store.order?.canceled) {
    return isRefunded
      ? { kind: "apply", effects: [] }
      : { kind: "review", reason: "order_canceled", told: most(facts) }
  }
  if ((!store.order || !store.payment) && !store.session.current) {
    return { kind: "review", reason: "session_replaced", told: most(facts) }
  }
  if (!store.order) {
    if (isRefunded) return { kind: "review", reason: "refunded_before_order", told: refunded }
    if (!store.cart) return { kind: "review", reason: "no_cart", told: most(facts) }
    const changed = cartChanged(ask, store, most(facts))
    if (changed) return changed
    const paid = compare(captured, ask.money) >= 0
    if (policy.orderWhen === "paid" && !paid) return { kind: "apply", effects: [] }
  }
  if (store.payment && isMoreThan(captured, store.payment.money)) {
    return { kind: "review", reason: "amount_over", expected: store.payment.money, told: captured }
  }
  return { kind: "apply", effects }
}

function cartChanged(ask: Ask, { cart }: StoreView, told?: Money): Plan | undefined {
  if (!cart || equals(cart.total, ask.money)) return undefined
  return { kind: "review", reason: "cart_changed", expected: cart.total, ...(told ? { told } : {}) }
}

/** Also of another currency: no amount of it is enough. */
function isMoreThan(money: Money, limit: Money): boolean {
  return money.currency !== limit.currency || compare(money, limit) > 0
}

/**
 * A payment whose session does not say so is authorised again: a crash came between the two, and core would make a
 * second payment for such a session and then cancel it at the gateway.
 */
function successEffects(captured: Money, store: StoreView): Effect[] {
  const { payment, session, order, cart } = store
  const isAuthorized = session.status === "authorized" || session.status === "captured"
  return [
    ...(payment && !payment.canceled && isAuthorized ? [] : [{ kind: "authorize_payment" as const }]),
    ...(order || !cart ? [] : [{ kind: "complete_cart" as const, cart_id: cart.id }]),
    ...planCaptures(captured, store),
  ]
}

/** Captures are recorded after the order stands: core refunds a captured payment when it cannot place the order. */
function planCaptures(captured: Money, store: StoreView): Effect[] {
  const captures = store.payment?.captures ?? []
  const missing = captures
    .filter((capture) => !capture.inOrder)
    .map((capture) => ({ kind: "record_transaction" as const, capture_id: capture.id, money: capture.money }))
  const rest = captures.reduce((left, capture) => subtract(left, capture.money), captured)
  return isPositive(rest) ? [...missing, { kind: "record_capture", money: rest }] : missing
}

function planEnd(ended: NonNullable<Facts["ended"]>, store: StoreView, policy: Policy, now: number): Plan {
  const open = ["pending", "requires_more", "pending_authorization"].includes(store.session.status)
  if (!open) return { kind: "apply", effects: [] }
  const believedAt = ended.at + policy.failureGraceMs
  if (now < believedAt) return { kind: "apply", effects: [], recheckAt: believedAt }
  return {
    kind: "apply",
    effects: [{ kind: "mark_session", status: ended.as === "failed" ? "error" : "canceled" }],
  }
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
    const changed = cartChanged(ask, store)
    if (changed) return changed
    effects.push({ kind: "complete_cart", cart_id: cart.id })
  }
  return { kind: "apply", effects }
}

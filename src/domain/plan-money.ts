import type { Facts } from "./fold"
import { add, compare, equals, isPositive, larger, smaller, subtract, sumOf, zero, type Money } from "./money"
import type { Ask, CaptureView, Effect, RefundView, StoreView } from "./plan"

/**
 * The captures that are missing in the store, up to the payment's amount: what the gateway took beyond it stands in the
 * ledger. Captures that the gateway says have failed are taken back; what a crash left half taken back is finished first,
 * and what of it is right after all is booked again.
 */
export function planCaptures(facts: Facts, ask: Ask, store: StoreView): Effect[] {
  const { payment } = store
  const captures = payment?.captures ?? []
  const halfUndone = captures.filter((capture) => capture.halfUndone)
  if (halfUndone.length > 0) {
    return halfUndone.map(({ id, money }) => ({ kind: "undo_capture", capture_id: id, money }))
  }
  const missing = captures
    .filter((capture) => !capture.inOrder)
    .map((capture) => ({ kind: "record_transaction" as const, capture_id: capture.id, money: capture.money }))
  const { booked } = bookable(facts, ask, store)
  const rest = subtract(booked, total(captures, ask.money.currency))
  if (isPositive(rest)) return [...missing, { kind: "record_capture", money: rest }]
  if (facts.failedCaptures.length === 0) return missing
  const open = facts.failedCaptures.length - (payment?.undone.captures ?? 0)
  const ours = captures.filter((capture) => capture.ours)
  // Of ours no more stand than were told; another may be the admin's that the gateway has yet to tell of.
  const untold = subtract(total(ours, ask.money.currency), booked)
  return [...missing, ...undoCaptures(captures, facts, { surplus: negate(rest), untold, open })]
}

/**
 * Captures of the amounts that failed, as many as failed. Else such of ours as hold what failed: one that was booked
 * together with others is taken back whole, and what of it is right is booked again. Else the newest.
 */
function undoCaptures(
  captures: readonly CaptureView[],
  facts: Facts,
  { surplus, untold, open }: Readonly<{ surplus: Money; untold: Money; open: number }>
): Effect[] {
  const amounts = facts.failedCaptures.flatMap(({ money }) => money ?? [])
  const undone: CaptureView[] = []
  let left = surplus
  const undo = (capture: CaptureView) => {
    undone.push(capture)
    left = subtract(left, capture.money)
  }
  const others = () => [...captures].reverse().filter((capture) => !undone.includes(capture))
  const isFailed = ({ money }: CaptureView) => amounts.some((one) => equals(one, money))
  for (const capture of others().filter(isFailed)) {
    if (undone.length < open && compare(capture.money, left) <= 0) undo(capture)
  }
  for (;;) {
    const isMoreOpen = undone.length < open
    const taken = total(
      undone.filter(({ ours }) => ours),
      left.currency
    )
    const needed = isMoreOpen ? left : smaller(left, subtract(untold, taken))
    const next =
      isPositive(needed) &&
      holding(
        others().filter(({ ours }) => ours),
        needed
      )
    if (next) undo(next)
    else break
  }
  for (const capture of others()) if (undone.length < open && isPositive(left)) undo(capture)
  return undone.map(({ id, money }) => ({ kind: "undo_capture", capture_id: id, money }))
}

/** The smallest that holds the amount, else the first. */
function holding(captures: readonly CaptureView[], amount: Money): CaptureView | undefined {
  const enough = captures.filter(({ money }) => compare(money, amount) >= 0)
  return enough.sort((a, b) => compare(a.money, b.money))[0] ?? captures[0]
}

/**
 * The refunds that are missing in the store, and those that the gateway says have failed. Works from totals, so that a
 * refund made in the admin is not booked again when the gateway tells of it; told refunds are matched by the gateway's
 * id where it is known. What was paid beyond the payment's amount is taken to be refunded first: the store never had it.
 */
export function planRefunds(facts: Facts, ask: Ask, store: StoreView): Effect[] {
  const { payment } = store
  const refunds = payment?.refunds ?? []
  const halfUndone = refunds.filter((refund) => refund.halfUndone)
  if (halfUndone.length > 0) {
    return halfUndone.map(({ id, money }) => ({ kind: "undo_refund", refund_id: id, money }))
  }
  const missing = refunds
    .filter((refund) => !refund.inOrder)
    .map((refund) => ({
      kind: "record_refund_transaction" as const,
      refund_id: refund.id,
      money: refund.money,
    }))
  const { booked, excess } = bookable(facts, ask, store)
  const told = smaller(facts.refunded[0] ?? zero(ask.money.currency), add(booked, excess))
  const target = atLeastNothing(subtract(told, excess))
  const known = total(refunds, ask.money.currency)
  const rest = subtract(target, known)
  if (isPositive(rest)) return [...missing, ...recordRefunds(facts, refunds, rest, ask)]
  const pending = sumOf(
    facts.refunds.flatMap(({ state, money }) => (state === "pending" && money ? [money] : [])),
    ask.money.currency
  )
  const surplus = atLeastNothing(subtract(subtract(known, target), pending))
  const failures = facts.refunds.filter(({ state }) => state === "failed").length
  const open = failures - (payment?.undone.refunds ?? 0)
  const failed = undoRefunds(facts, refunds, surplus, open)
  if (failed.length > 0) return [...missing, ...failed]
  // A refund under way may be one of the admin's that the gateway has yet to tell of: of ours no more stand than were told.
  const untold = subtract(
    total(
      refunds.filter(({ ours }) => ours),
      ask.money.currency
    ),
    target
  )
  return [...missing, ...unbook(refunds, larger(untold, open > 0 ? surplus : smaller(surplus, excess)))]
}

/**
 * Refunds that we booked and that were none of the order's: before it was told that the payment was paid more than
 * once, or together with one that failed. What of the last one is right after all is booked again.
 */
function unbook(refunds: readonly RefundView[], surplus: Money): Effect[] {
  const effects: Effect[] = []
  let left = surplus
  for (const { id, money } of [...refunds].reverse().filter(({ ours }) => ours)) {
    if (!isPositive(left)) break
    effects.push({ kind: "undo_refund", refund_id: id, money })
    left = subtract(left, money)
  }
  return effects
}

/** One for each refund that the store does not know by its id, and one for what is left. */
function recordRefunds(facts: Facts, refunds: readonly RefundView[], rest: Money, ask: Ask): Effect[] {
  const effects: Effect[] = []
  let left = rest
  for (const { resource, state, money } of facts.refunds) {
    const isKnown = refunds.some((refund) => refund.resource === resource)
    if (state !== "succeeded" || !money || isKnown || money.currency !== ask.money.currency) continue
    if (!isPositive(money) || compare(money, left) > 0) continue
    effects.push({ kind: "record_refund", money, resource })
    left = subtract(left, money)
  }
  return isPositive(left) ? [...effects, { kind: "record_refund", money: left }] : effects
}

function undoRefunds(facts: Facts, refunds: readonly RefundView[], surplus: Money, open: number): Effect[] {
  const failed = facts.refunds.filter(({ state }) => state === "failed")
  const byId = refunds.filter(({ resource }) => failed.some((one) => one.resource === resource))
  // A failure that belongs to no refund by id: the newest unnamed refund of that amount, once.
  const unnamed = failed.filter(({ resource }) => !refunds.some((refund) => refund.resource === resource))
  const byAmount = [...refunds]
    .reverse()
    .filter(
      ({ resource, money }) => !resource && unnamed.some((one) => one.money && equals(one.money, money))
    )
    .slice(0, Math.max(0, open - byId.length))
  const effects: Effect[] = []
  let left = surplus
  for (const refund of [...byId, ...byAmount]) {
    if (compare(refund.money, left) > 0) continue
    effects.push({ kind: "undo_refund", refund_id: refund.id, money: refund.money })
    left = subtract(left, refund.money)
  }
  return effects
}

/** What an accepted difference leaves unpaid is written off; what comes later takes that back. */
export function planWriteOff(facts: Facts, ask: Ask, store: StoreView, accepted: boolean): Effect[] {
  const captured = facts.captured[0]
  if (!captured || captured.currency !== ask.money.currency) return []
  const short = atLeastNothing(subtract(ask.money, captured))
  const target = accepted ? short : zero(ask.money.currency)
  const money = subtract(target, store.order?.writtenOff ?? zero(ask.money.currency))
  // Medusa takes no more off an order than it waits for, and puts no more back than it has too much.
  const owed = store.order?.owed ?? short
  const isPossible = isPositive(money)
    ? isPositive(owed)
    : isPositive(negate(owed)) && isPositive(negate(money))
  return isPossible ? [{ kind: "write_off", money }] : []
}

/** What was captured, as far as the payment can hold it, and what is beyond. */
function bookable(facts: Facts, ask: Ask, { payment }: StoreView): { booked: Money; excess: Money } {
  const captured = facts.captured[0] ?? zero(ask.money.currency)
  const booked = smaller(captured, payment?.money ?? ask.money)
  return { booked, excess: subtract(captured, booked) }
}

function total(rows: readonly Readonly<{ money: Money }>[], currency: string): Money {
  return sumOf(
    rows.map(({ money }) => money),
    currency
  )
}

function atLeastNothing(money: Money): Money {
  return isPositive(money) ? money : zero(money.currency)
}

function negate(money: Money): Money {
  return subtract(zero(money.currency), money)
}

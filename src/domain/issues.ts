import type { DisputeFact, Facts, RefundFact } from "./fold"
import { issueKinds, type IssueKind, type Severity } from "./issue-kinds"
import { compare, isPositive, subtract, type Money } from "./money"
import type { ReviewReason } from "./plan"

/** One problem as it is now. The same problem has the same kind and subject for as long as it lasts. */
export type Issue = Readonly<{
  kind: IssueKind
  /** What it is about: a lane, a dispute of it, an account. */
  subject: string
  severity: Severity
  accountId?: string | undefined
  laneId?: string | undefined
  orderId?: string | undefined
  cartId?: string | undefined
  /** The money at stake. */
  money?: Money | undefined
  /** What its sentence is made of. Only what stays the same while nothing new happens: a change opens an ignored issue again. */
  detail: IssueDetail
  /** Until when somebody must act: milliseconds since 1970. */
  dueAt?: number | undefined
}>

/** Plain JSON. */
export type IssueDetail = Readonly<{
  /** Why a payment is in review, or what the gateway gave as its reason. */
  reason?: string
  expected?: Money
  told?: Money
  /** The gateway's id of the refund, dispute or payout. */
  resource?: string
  /** How many: payments, messages, tries. */
  count?: number
  /** Since when: ISO 8601. */
  since?: string
  /** Whether the account never sent a message that could be proven. */
  never?: boolean
  error?: string
}>

export type LaneNow = Readonly<{
  laneId: string
  accountId: string
  orderId?: string | undefined
  cartId?: string | undefined
  facts?: Facts | undefined
  /** What was asked of the gateway. */
  expected?: Money | undefined
  settlement: Readonly<{
    state: string
    reason?: string | undefined
    detail?: Readonly<Record<string, unknown>> | undefined
  }>
  /** Milliseconds since 1970. */
  now: number
}>

/** Reviews that are no outcome of a plan. */
type OtherReason = "never_matched" | "unreadable" | "refunded_before_order" | "refund_over" | "out_of_stock"

/** Every reason for a review and the kind of problem that it is. */
const kindOfReason: Readonly<Record<ReviewReason | OtherReason, IssueKind>> = {
  receiver_differs: "receiver_mismatch",
  mode_differs: "mode_mismatch",
  currency_differs: "currency_mismatch",
  amount_short: "amount_mismatch",
  amount_over: "amount_mismatch",
  cart_changed: "amount_mismatch",
  held_by_gateway: "held_by_gateway",
  session_replaced: "paid_old_session",
  order_canceled: "paid_after_cancel_or_expiry",
  no_cart: "money_without_order",
  out_of_stock: "out_of_stock_after_payment",
  refunded_before_order: "refund_only_at_gateway",
  refund_over: "refund_only_at_gateway",
  never_matched: "unknown_payment",
  unreadable: "needs_decision",
}

/** This long before its deadline a dispute is urgent. */
export const disputeUrgentMs = 72 * 3_600_000

/** The issues that hold for a lane now; none when all is well. The same for the same lane however often it is asked. */
export function laneIssues(lane: LaneNow): Issue[] {
  const { facts, settlement } = lane
  // Its events are in another lane now, and so are its issues.
  if (settlement.reason === "moved") return []
  const twice = facts && paidTwice(lane, facts)
  const review = reviewIssue(lane)
  return [
    // Paid twice is the better word for what would else be an amount that is too much.
    ...(review && !(twice && review.detail.reason === "amount_over") ? [review] : []),
    ...(twice ? [twice] : []),
    ...(facts ? refundedTooMuch(lane, facts) : []),
    ...(facts ? failedRefunds(facts).map((refund) => refundIssue(lane, refund)) : []),
    ...(facts ? reversedCaptures(lane, facts) : []),
    ...(facts?.disputes ?? []).filter(isOpen).map((dispute) => disputeIssue(lane, dispute)),
    ...(facts?.payouts ?? [])
      .filter(({ state }) => state === "failed")
      .map((payout) =>
        raise(lane, "payout_failed", {
          subject: payout.resource,
          money: payout.money,
          detail: { resource: payout.resource },
        })
      ),
  ]
}

/** How much a dispute hurries at a time. */
export function disputeSeverity(dueAt: number | undefined, now: number): Severity {
  return dueAt !== undefined && dueAt - now <= disputeUrgentMs ? "urgent" : issueKinds.dispute_opened.severity
}

function reviewIssue(lane: LaneNow): Issue | undefined {
  const { state, reason } = lane.settlement
  if (state !== "review") return undefined
  const expected = readMoney(lane.settlement.detail?.expected) ?? lane.expected
  const told = readMoney(lane.settlement.detail?.told) ?? moneyOf(lane.facts)
  return raise(lane, kindOf(reason), {
    money: told ?? expected,
    detail: { reason: reason ?? "unknown", ...(expected ? { expected } : {}), ...(told ? { told } : {}) },
  })
}

/** A reason that this version does not know is a decision all the same. */
function kindOf(reason: string | undefined): IssueKind {
  const known: Readonly<Record<string, IssueKind | undefined>> = kindOfReason
  return (reason !== undefined && Object.hasOwn(known, reason) && known[reason]) || "needs_decision"
}

/** Holds until what was paid more than asked is given back. */
function paidTwice(lane: LaneNow, facts: Facts): Issue | undefined {
  const captured = facts.captured[0]
  if (facts.paidTimes < 2 || !captured) return undefined
  const refunded = facts.refunded.find(({ currency }) => currency === captured.currency)
  const kept = refunded ? subtract(captured, refunded) : captured
  const comparable = lane.expected?.currency === kept.currency ? lane.expected : undefined
  const excess = comparable ? subtract(kept, comparable) : kept
  if (!isPositive(excess)) return undefined
  return raise(lane, "paid_twice", {
    money: excess,
    detail: { count: facts.paidTimes, told: kept, ...(comparable ? { expected: comparable } : {}) },
  })
}

/** More went back to the buyer than came: the ledger has it, and the order cannot. Says nothing until some money was told of. */
function refundedTooMuch(lane: LaneNow, { captured, refunded }: Facts): Issue[] {
  return captured.flatMap((paid): Issue[] => {
    const back = refunded.find(({ currency }) => currency === paid.currency)
    if (!back || compare(back, paid) <= 0) return []
    const detail = { reason: "refund_over", expected: paid, told: back }
    return [
      raise(lane, "refund_only_at_gateway", {
        subject: `refund_over:${paid.currency}`,
        money: subtract(back, paid),
        detail,
      }),
    ]
  })
}

/** Refunds that failed and were not made good by another of at least the same amount. */
function failedRefunds(facts: Facts): RefundFact[] {
  const good = facts.refunds.filter(({ state }) => state !== "failed").map(({ money }) => money)
  return facts.refunds.filter(({ state, money }) => {
    if (state !== "failed") return false
    const index = good.findIndex(
      (other) => other && money && other.currency === money.currency && compare(other, money) >= 0
    )
    if (index < 0) return true
    good.splice(index, 1)
    return false
  })
}

function refundIssue(lane: LaneNow, { resource, money }: RefundFact): Issue {
  return raise(lane, "refund_failed", { subject: resource, money, detail: { resource } })
}

/** Money that the store had counted on and that was not there after all; holds while less is captured than was asked for. */
function reversedCaptures(lane: LaneNow, facts: Facts): Issue[] {
  const captured = facts.captured[0]
  const { expected } = lane
  const isWhole =
    captured && expected && captured.currency === expected.currency && compare(captured, expected) >= 0
  if (isWhole || !lane.orderId) return []
  return facts.failedCaptures.map(({ resource, money }) =>
    raise(lane, "capture_reversed", { subject: resource, money, detail: { resource } })
  )
}

function isOpen({ state }: DisputeFact): boolean {
  return state === "opened"
}

function disputeIssue(lane: LaneNow, { resource, money, dueAt }: DisputeFact): Issue {
  return {
    ...raise(lane, "dispute_opened", { subject: resource, money, detail: { resource } }),
    severity: disputeSeverity(dueAt, lane.now),
    ...(dueAt === undefined ? {} : { dueAt }),
  }
}

function raise(
  { laneId, accountId, orderId, cartId }: LaneNow,
  kind: IssueKind,
  { subject, money, detail }: { subject?: string; money?: Money | undefined; detail: IssueDetail }
): Issue {
  return {
    kind,
    subject: subject === undefined ? laneId : `${laneId}:${subject}`,
    severity: issueKinds[kind].severity,
    accountId,
    laneId,
    ...(orderId ? { orderId } : {}),
    ...(cartId ? { cartId } : {}),
    ...(money ? { money } : {}),
    detail,
  }
}

function moneyOf(facts: Facts | undefined): Money | undefined {
  return facts?.captured[0] ?? facts?.authorized[0]
}

function readMoney(value: unknown): Money | undefined {
  if (typeof value !== "object" || value === null) return undefined
  const { amount, currency } = value as Partial<Record<keyof Money, unknown>>
  return typeof amount === "string" && typeof currency === "string" ? { amount, currency } : undefined
}

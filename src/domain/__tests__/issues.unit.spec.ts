import { readFileSync } from "node:fs"
import { join } from "node:path"
import { fold } from "../fold"
import { issueKinds, laneIssueKinds, type IssueKind } from "../issue-kinds"
import { laneIssues, type LaneNow } from "../issues"
import { fromDecimal } from "../money"
import type { PaymentEvent } from "../payment-event"
import { tellIssue } from "../tell-issue"

const now = Date.UTC(2026, 10, 22, 12)
const eur = (amount: string) => fromDecimal(amount, "eur")
let told = 0
const event = (type: PaymentEvent["type"], more: Partial<PaymentEvent> = {}): PaymentEvent => ({
  key: `k${++told}`,
  type,
  test: false,
  reference: "payses_1",
  gatewayPayment: "pay_1",
  receivedAt: new Date(now),
  ...more,
})
const lane = (events: PaymentEvent[], settlement: LaneNow["settlement"] = { state: "settled" }): LaneNow => ({
  laneId: "ipnlane_1",
  accountId: "main",
  orderId: "order_1",
  cartId: "cart_1",
  expected: eur("100"),
  facts: fold(events),
  settlement,
  now,
})
const paid = event("payment.captured", { money: eur("100") })

describe("a lane in review", () => {
  it.each<[string, IssueKind, string]>([
    [
      "amount_short",
      "amount_mismatch",
      "60.00 EUR came in, but 100.00 EUR was asked for. No order was placed with it.",
    ],
    ["amount_over", "amount_mismatch", "60.00 EUR came in, but only 100.00 EUR was asked for."],
    ["cart_changed", "amount_mismatch", "60.00 EUR was paid, but the cart now costs 100.00 EUR."],
    [
      "currency_differs",
      "currency_mismatch",
      "60.00 EUR came in, but 100.00 EUR was asked for: the currencies differ.",
    ],
    [
      "receiver_differs",
      "receiver_mismatch",
      "A message says that 60.00 EUR was paid to somebody else's account at the gateway.",
    ],
    ["mode_differs", "mode_mismatch", "A message about 60.00 EUR mixes test money and real money."],
    ["held_by_gateway", "held_by_gateway", "The gateway holds 60.00 EUR back and has not decided about it."],
    [
      "session_replaced",
      "paid_old_session",
      "60.00 EUR was paid in an older checkout that another one had replaced.",
    ],
    ["order_canceled", "paid_after_cancel_or_expiry", "60.00 EUR came in for an order that is cancelled."],
    ["no_cart", "money_without_order", "60.00 EUR was paid, but there is no order for it."],
    [
      "out_of_stock",
      "out_of_stock_after_payment",
      "60.00 EUR was paid, but the goods are no longer in stock.",
    ],
    ["never_matched", "unknown_payment", "The gateway main told of a payment that this store does not know."],
    ["a_reason_of_tomorrow", "needs_decision", "A payment of 60.00 EUR needs a decision."],
    ["constructor", "needs_decision", "A payment of 60.00 EUR needs a decision."],
  ])("for %s is the issue %s, in words", (reason, kind, words) => {
    const detail = { expected: eur("100"), told: eur("60") }
    const issues = laneIssues(lane([], { state: "review", reason, detail }))
    expect(issues).toMatchObject([{ kind, subject: "ipnlane_1", laneId: "ipnlane_1", money: eur("60") }])
    expect(issues[0]?.severity).toBe(issueKinds[kind].severity)
    expect(tellIssue(issues[0]!)).toBe(words)
  })

  it("names what was told by the facts where the review has no numbers", () => {
    const [issue] = laneIssues(lane([paid], { state: "review", reason: "no_cart" }))
    expect(issue).toMatchObject({ money: eur("100"), detail: { told: eur("100"), expected: eur("100") } })
  })

  it.each(["settled", "waiting", "unmatched", "failed"])("is no issue any more when it is %s", (state) => {
    expect(laneIssues(lane([paid], { state, reason: "amount_short" }))).toEqual([])
  })
})

it("a lane whose events moved to another has no issue of its own", () => {
  const opened = event("dispute.opened", { money: eur("100"), resource: "dp_1" })
  expect(laneIssues(lane([opened], { state: "settled", reason: "moved" }))).toEqual([])
})

describe("a payment", () => {
  it("that is paid as asked has no issue", () => {
    expect(laneIssues(lane([paid]))).toEqual([])
  })

  const twice = [paid, event("payment.captured", { money: eur("100"), gatewayPayment: "pay_2" })]
  it("paid twice puts what is too much at stake, and is not called another amount besides", () => {
    const review = {
      state: "review",
      reason: "amount_over",
      detail: { expected: eur("100"), told: eur("200") },
    }
    const issues = laneIssues(lane(twice, review))
    expect(issues).toMatchObject([
      { kind: "paid_twice", severity: "urgent", money: eur("100"), detail: { count: 2 } },
    ])
    expect(tellIssue(issues[0]!)).toBe("The customer paid 2 times: 100.00 EUR more than was asked for.")
  })

  it.each([
    ["30", "70.00"],
    ["99.99", "0.01"],
    ["100", undefined],
    ["200", undefined],
  ])("paid twice of which %s was given back has %s at stake", (refunded, left) => {
    const refund = event("refund.succeeded", { money: eur(refunded), resource: "re_1" })
    const issues = laneIssues(lane([...twice, refund]))
    expect(issues.map(({ kind, money }) => [kind, money?.amount])).toEqual(left ? [["paid_twice", left]] : [])
  })

  const reversed = event("capture.failed", { money: eur("100"), resource: "cap_1" })
  const capture = event("payment.captured", { money: eur("100"), resource: "cap_1" })
  it("whose capture was taken back is an issue while its order lacks the money", () => {
    const [issue] = laneIssues(lane([capture, reversed]))
    expect(issue).toMatchObject({ kind: "capture_reversed", subject: "ipnlane_1:cap_1", money: eur("100") })
    const again = event("payment.captured", { money: eur("100"), resource: "cap_2" })
    expect(laneIssues(lane([capture, reversed, again]))).toEqual([])
    expect(laneIssues({ ...lane([capture, reversed]), orderId: undefined })).toEqual([])
  })
})

describe("more that went back than came", () => {
  const refund = event("refund.succeeded", { money: eur("130"), resource: "re_1" })

  it("is an issue with the difference, in words", () => {
    const issues = laneIssues(lane([paid, refund]))
    expect(issues).toMatchObject([{ kind: "refund_only_at_gateway", money: eur("30") }])
    expect(tellIssue(issues[0]!)).toBe("More was refunded at the gateway than was paid: 130.00 EUR.")
  })

  it("is none while nothing is known to be paid, or where it is the whole", () => {
    expect(laneIssues(lane([refund]))).toEqual([])
    expect(laneIssues(lane([paid, { ...refund, money: eur("100") }]))).toEqual([])
  })
})

describe("a refund that failed", () => {
  const failed = event("refund.failed", { money: eur("40"), resource: "re_1" })
  it("is an issue, in words", () => {
    const issues = laneIssues(lane([paid, failed]))
    expect(issues).toMatchObject([{ kind: "refund_failed", subject: "ipnlane_1:re_1", money: eur("40") }])
    expect(tellIssue(issues[0]!)).toBe(
      "A refund of 40.00 EUR failed at the gateway. The customer has not got the money."
    )
  })

  it.each([
    ["succeeded", "40", 0],
    ["pending", "40", 0],
    ["succeeded", "50", 0],
    ["succeeded", "39.99", 1],
  ])("and was followed by one that %s, of %s: %i issues", (state, amount, issues) => {
    const next = event(`refund.${state}` as PaymentEvent["type"], { money: eur(amount), resource: "re_2" })
    expect(laneIssues(lane([paid, failed, next]))).toHaveLength(issues)
  })

  it("is made good by one refund only once", () => {
    const other = event("refund.failed", { money: eur("40"), resource: "re_3" })
    const good = event("refund.succeeded", { money: eur("40"), resource: "re_2" })
    expect(laneIssues(lane([paid, failed, other, good]))).toHaveLength(1)
  })
})

describe("a dispute", () => {
  const hour = 3_600_000
  it.each([
    [73 * hour, "warning"],
    [72 * hour, "urgent"],
    [-hour, "urgent"],
    [undefined, "warning"],
  ])("due in %s ms is %s", (inMs, severity) => {
    const dueAt = inMs === undefined ? {} : { dueAt: new Date(now + inMs) }
    const opened = event("dispute.opened", { money: eur("100"), resource: "dp_1", ...dueAt })
    expect(laneIssues(lane([paid, opened]))).toMatchObject([{ kind: "dispute_opened", severity }])
  })

  it("names its deadline", () => {
    const dueAt = new Date("2026-11-30T23:59:00Z")
    const [issue] = laneIssues(
      lane([paid, event("dispute.opened", { money: eur("100"), resource: "dp_1", dueAt })])
    )
    expect(tellIssue(issue!)).toBe("The customer disputes 100.00 EUR. Answer by 2026-11-30 23:59 UTC.")
  })

  it.each(["dispute.won", "dispute.lost"] as const)("is over with %s", (type) => {
    const events = [paid, event("dispute.opened", { resource: "dp_1" }), event(type, { resource: "dp_1" })]
    expect(laneIssues(lane(events))).toEqual([])
  })
})

it("a payout that failed is an issue without any payment", () => {
  const events = [event("payout.failed", { money: eur("500"), resource: "po_1" })]
  expect(laneIssues({ ...lane(events), expected: undefined, orderId: undefined })).toMatchObject([
    { kind: "payout_failed", subject: "ipnlane_1:po_1", money: eur("500") },
  ])
})

it("says the same of the same lane, with nothing in it that changes by itself", () => {
  const events = [
    paid,
    event("dispute.opened", { money: eur("100"), resource: "dp_1", dueAt: new Date(now) }),
  ]
  expect(laneIssues({ ...lane(events), now: now + 1 })).toEqual(laneIssues(lane(events)))
})

it("raises from lanes only what a lane resolves again", () => {
  const all = Object.keys(issueKinds)
  const watched = all.filter((kind) => !laneIssueKinds.includes(kind as IssueKind))
  expect(watched.sort()).toEqual([
    "email_failed",
    "gateway_silent",
    "ledger_gap",
    "order_unpaid_too_long",
    "settling_failing",
    "stock_not_held",
    "verification_burst",
  ])
})

it.each(Object.keys(issueKinds) as IssueKind[])("%s has words without gaps", (kind) => {
  const detail = {
    reason: "signature",
    expected: eur("2"),
    told: eur("1"),
    count: 3,
    since: "2026-11-22T10:00:00Z",
  }
  const words = tellIssue({ kind, detail, money: eur("1"), accountId: "main", subject: "main" })
  expect(words).toMatch(/^[A-Z0-9m].*\.$/)
  expect(words).not.toMatch(/[{}]|unknown|undefined|null|\u2014/)
})

it.each(Object.keys(issueKinds) as IssueKind[])("%s is documented with its severity", (kind) => {
  const docs = readFileSync(join(__dirname, "../../../docs/events.md"), "utf8")
  expect(docs).toMatch(new RegExp(`\\| \`${kind}\` +\\| ${issueKinds[kind].severity} +\\|`))
})

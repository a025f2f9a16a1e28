import { fold } from "../../domain/fold"
import { fromDecimal } from "../../domain/money"
import type { PaymentEvent } from "../../domain/payment-event"
import { buyerMails, disputeMails, type MailLane } from "../which-mails"

const now = Date.parse("2026-11-22T12:00:00Z")
const hour = 3_600_000
const times = { now, failureGraceMs: 600_000, reminderMs: 24 * hour }
const eur = (amount: string) => fromDecimal(amount, "eur")

let told = 0
function event(type: PaymentEvent["type"], more: Partial<PaymentEvent> = {}): PaymentEvent {
  const at = new Date(now - 1000)
  return {
    key: `e${++told}`,
    type,
    test: false,
    reference: "payses_1",
    occurredAt: at,
    receivedAt: at,
    ...more,
  }
}

function lane(events: PaymentEvent[], more: Partial<MailLane> = {}): MailLane {
  return {
    laneId: "lane_1",
    reference: "payses_1",
    events,
    facts: fold(events),
    expected: eur("42.00"),
    orderId: "order_1",
    cartId: "cart_1",
    settlement: { state: "settled" },
    cancelledUnpaid: false,
    ...more,
  }
}

const kinds = (of: MailLane) => buyerMails(of, times).map(({ kind }) => kind)

describe("the customer's mails", () => {
  it.each<[string, MailLane, string[]]>([
    [
      "a capture of all",
      lane([event("payment.captured", { money: eur("42.00") })]),
      ["ipn.payment-received", "ipn.account-claim"],
    ],
    [
      "an authorisation of all",
      lane([event("payment.authorized", { money: eur("42.00") })]),
      ["ipn.payment-received", "ipn.account-claim"],
    ],
    ["a part", lane([event("payment.captured", { money: eur("41.99") })]), []],
    [
      "a part within the tolerance",
      lane([event("payment.captured", { money: eur("41.99") })], { enough: eur("41.90") }),
      ["ipn.payment-received", "ipn.account-claim"],
    ],
    ["another currency", lane([event("payment.captured", { money: fromDecimal("42.00", "usd") })]), []],
    ["no order yet", lane([event("payment.captured", { money: eur("42.00") })], { orderId: undefined }), []],
    [
      "a person must decide",
      lane([event("payment.captured", { money: eur("42.00") })], { settlement: { state: "review" } }),
      [],
    ],
    [
      "somebody else's money",
      lane([event("payment.captured", { money: eur("42.00") })], {
        settlement: { state: "review", reason: "receiver_differs" },
      }),
      [],
    ],
    ["pending", lane([event("payment.pending")]), ["ipn.order-waiting"]],
    [
      "pending with a date",
      lane([event("payment.pending", { dueAt: new Date(now + 72 * hour) })]),
      ["ipn.order-waiting", "ipn.payment-reminder"],
    ],
    ["failed, its grace over", lane([event("payment.failed")]), ["ipn.payment-failed"]],
    ["expired", lane([event("payment.expired")]), ["ipn.payment-failed"]],
    ["cancelled by the buyer", lane([event("payment.canceled")]), []],
    [
      "failed, in its grace",
      lane([event("payment.failed")], { settlement: { state: "waiting", reason: "failed_in_grace" } }),
      [],
    ],
    [
      "failed and then paid",
      lane([event("payment.failed"), event("payment.captured", { money: eur("42.00") })]),
      ["ipn.payment-received", "ipn.account-claim"],
    ],
    [
      "cancelled by us",
      lane([event("payment.failed")], { cancelledUnpaid: true }),
      ["ipn.order-cancelled-unpaid"],
    ],
    [
      "a refund",
      lane([
        event("payment.captured", { money: eur("42.00"), occurredAt: new Date(now - 30 * hour) }),
        event("refund.succeeded", { money: eur("2.00"), resource: "re_1" }),
      ]),
      ["ipn.payment-received", "ipn.refund-completed"],
    ],
    [
      "a refund of long ago",
      lane([
        event("refund.succeeded", {
          money: eur("2.00"),
          resource: "re_1",
          occurredAt: new Date(now - 25 * hour),
        }),
      ]),
      [],
    ],
    [
      "a refund that reached us long ago and is settled again",
      lane([
        event("refund.succeeded", {
          money: eur("2.00"),
          resource: "re_1",
          receivedAt: new Date(now - 25 * hour),
        }),
      ]),
      [],
    ],
  ])("%s", (_, of, expected) => {
    expect(kinds(of)).toEqual(expected)
  })

  it("are the same facts however often and in whatever order they are found", () => {
    const events = [
      event("payment.captured", { money: eur("42.00") }),
      event("refund.succeeded", { money: eur("2.00"), resource: "re_1" }),
    ]
    const facts = (of: PaymentEvent[]) => buyerMails(lane(of), times).map(({ kind, fact }) => [kind, fact])
    expect(facts([...events].reverse().concat(events))).toEqual(facts(events))
  })

  it("say of a payment of long ago that it is old: only a new order makes it news", () => {
    const old = event("payment.captured", { money: eur("42.00"), occurredAt: new Date(now - 25 * hour) })
    expect(buyerMails(lane([old]), times)[0]?.payload).toMatchObject({ old: true })
  })

  it("remind so many hours before the money must be there", () => {
    const due = now + 72 * hour
    const [, reminder] = buyerMails(lane([event("payment.pending", { dueAt: new Date(due) })]), times)
    expect(reminder?.dueAt).toBe(due - 24 * hour)
  })
})

describe("the merchant's mails of a dispute", () => {
  const dispute = (...events: PaymentEvent[]) =>
    disputeMails(lane(events), now).map(({ fact, dueAt }) => [fact, dueAt])
  const opened = (more: Partial<PaymentEvent> = {}) =>
    event("dispute.opened", { resource: "dp_1", money: eur("42.00"), ...more })

  it("tell of its opening, and of its deadline 72 hours before", () => {
    const due = new Date(now + 200 * hour)
    expect(dispute(opened({ dueAt: due }))).toEqual([
      ["lane_1:dp_1:opened", undefined],
      [`lane_1:dp_1:due:${due.toISOString()}`, due.getTime() - 72 * hour],
    ])
  })
  it("tell once where the deadline is near already", () => {
    expect(dispute(opened({ dueAt: new Date(now + hour) }))).toEqual([["lane_1:dp_1:opened", undefined]])
  })
  it("tell of one that was opened long ago, when we hear of it only now", () => {
    expect(dispute(opened({ occurredAt: new Date(now - 100 * hour) }))).toHaveLength(1)
    expect(dispute(opened({ receivedAt: new Date(now - 100 * hour) }))).toEqual([])
  })
  it("tell of its end", () => {
    expect(dispute(opened(), event("dispute.lost", { resource: "dp_1" }))).toEqual([
      ["lane_1:dp_1:lost", undefined],
    ])
  })
})

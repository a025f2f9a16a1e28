import fc from "fast-check"
import { deliveries, histories } from "../../../integration-tests/support/model/gateway-model"
import { fold, type Facts } from "../fold"
import { fromDecimal, fromMinorUnits, toMinorUnits } from "../money"
import { paymentEventTypes, type PaymentEvent, type PaymentEventType } from "../payment-event"
import { expectEqual } from "./expect-equal"

/** Anything that can lie in a lane, legal or not: shared objects, several currencies, missing times, other content under the same key. */
const amount = fc
  .tuple(fc.bigInt({ min: 0n, max: 60n }), fc.constantFrom("usd", "eur", "jpy"))
  .map(([units, currency]) => fromMinorUnits(units, currency))
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
const time = fc.constantFrom(...[0, 1, 1, 2, 3].map((second) => new Date(1_767_225_600_000 + second * 1000)))
const anyEvent: fc.Arbitrary<PaymentEvent> = fc
  .record({
    key: fc.constantFrom("a", "b", "c", "d", "e", "f", "g", "h"),
    type: fc.constantFrom(...paymentEventTypes),
    test: fc.boolean(),
    reference: maybe(fc.constantFrom("ref_1")),
    gatewayPayment: maybe(fc.constantFrom("pay_1", "pay_2")),
    resource: maybe(fc.constantFrom("obj_1", "obj_2", "pay_1")),
    money: maybe(amount),
    totals: maybe(fc.record({ authorized: maybe(amount), captured: maybe(amount), refunded: maybe(amount) })),
    fee: maybe(amount),
    occurredAt: maybe(time),
    receivedAt: maybe(time),
    reason: maybe(fc.record({ text: fc.constantFrom("declined", "stolen") })),
    hold: maybe(fc.constantFrom<"risk" | "over" | "under">("risk", "over", "under")),
    otherReceiver: maybe(fc.constantFrom("someone")),
  })
  .map(withoutMissing)
const anyLane = fc.array(anyEvent, { maxLength: 12 })

describe("folding", () => {
  it("says the same of the same events in any order, however often each is told", () => {
    fc.assert(
      fc.property(
        anyLane.chain((events) => fc.tuple(fc.constant(events), deliveries(events))),
        ([events, delivered]) => {
          expectEqual(fold(delivered), fold(events))
        }
      ),
      { numRuns: 10_000 }
    )
  })

  it("finds what a gateway did, from whatever the network makes of what it said", () => {
    fc.assert(
      fc.property(
        histories().chain((history) => fc.tuple(fc.constant(history), deliveries(history.events))),
        ([{ truth, ask }, delivered]) => {
          const facts = fold(delivered)
          expectEqual(
            {
              authorized: unitsOf(facts.authorized),
              captured: unitsOf(facts.captured),
              refunded: unitsOf(facts.refunded),
              isOver: facts.ended !== undefined,
            },
            truth
          )
          for (const tally of [facts.authorized, facts.captured, facts.refunded]) {
            expectEqual(
              tally.every(({ currency }) => currency === ask.currency),
              true
            )
          }
        }
      ),
      { numRuns: 20_000 }
    )
  })

  it("never takes captured money away for anything but a capture that failed", () => {
    fc.assert(
      fc.property(anyLane, anyEvent, (events, one) => {
        fc.pre(one.type !== "capture.failed")
        expectNoLess(fold(events).captured, fold([...events, one]).captured)
      }),
      { numRuns: 10_000 }
    )
  })

  it("never takes refunded money away for anything but a refund that failed", () => {
    fc.assert(
      fc.property(anyLane, anyEvent, (events, one) => {
        fc.pre(one.type !== "refund.failed")
        expectNoLess(fold(events).refunded, fold([...events, one]).refunded)
      }),
      { numRuns: 10_000 }
    )
  })

  it("lets a success beat every failure, whenever it comes", () => {
    const success = event("payment.captured", { key: "success", money: usd("42.00") })
    fc.assert(
      fc.property(anyLane, time, (events, occurredAt) => {
        const lane = events.filter(({ type }) => type !== "capture.failed")
        const facts = fold([...lane, { ...success, occurredAt }])
        expectEqual(facts.ended, undefined)
        expectEqual(
          facts.captured.some(({ currency }) => currency === "usd"),
          true
        )
      }),
      { numRuns: 5_000 }
    )
  })

  it("never ends an authorised payment for a failure", () => {
    fc.assert(
      fc.property(fc.array(time), time, (failures, authorizedAt) => {
        const facts = fold([
          event("payment.authorized", { money: usd("42.00"), occurredAt: authorizedAt }),
          ...failures.map((occurredAt, index) => event("payment.failed", { key: `f${index}`, occurredAt })),
        ])
        expectEqual(facts.ended, undefined)
        expectEqual(facts.authorized, [usd("42.00")])
      })
    )
  })

  it("moves refunds from pending to succeeded to failed, and disputes to a decision, never back", () => {
    fc.assert(
      fc.property(anyLane, anyEvent, (events, one) => {
        const [before, after] = [fold(events), fold([...events, one])]
        const refundRank = { pending: 0, succeeded: 1, failed: 2 }
        for (const { resource, state } of before.refunds) {
          const now = after.refunds.find((refund) => refund.resource === resource)
          expect(refundRank[now?.state ?? "pending"]).toBeGreaterThanOrEqual(refundRank[state])
        }
        for (const { resource, state } of before.disputes) {
          const now = after.disputes.find((dispute) => dispute.resource === resource)
          if (state !== "opened") expect(now?.state).not.toBe("opened")
        }
      }),
      { numRuns: 5_000 }
    )
  })
})

describe("captures", () => {
  it("adds up the captures of a payment, each once", () => {
    const told = [
      event("payment.captured", { key: "1", resource: "cap_1", money: usd("20.00") }),
      event("payment.captured", { key: "2", resource: "cap_2", money: usd("22.00") }),
      event("payment.captured", { key: "3", resource: "cap_2", money: usd("22.00") }),
    ]
    expect(fold(told).captured).toEqual([usd("42.00")])
  })

  it("believes what the gateway says of the whole payment, when a statement was missed", () => {
    const told = event("payment.captured", {
      resource: "cap_2",
      money: usd("22.00"),
      totals: { captured: usd("42.00") },
    })
    expect(fold([told]).captured).toEqual([usd("42.00")])
  })

  it("sees that a buyer paid twice for one reference, also from a gateway that tells totals", () => {
    const told = ["pay_1", "pay_2"].map((gatewayPayment) =>
      event("payment.captured", { key: gatewayPayment, gatewayPayment, totals: { captured: usd("42.00") } })
    )
    expect(fold(told).captured).toEqual([usd("84.00")])
  })

  it("takes a failed capture away, also when it was the only one", () => {
    const captured = event("payment.captured", { key: "1", resource: "cap_1", money: usd("42.00") })
    const failed = event("capture.failed", { key: "2", resource: "cap_1", money: usd("42.00") })
    expect(fold([captured, failed]).captured).toEqual([])
    expect(fold([{ ...captured, occurredAt: at(9) }, failed]).captured).toEqual([])
  })

  it("takes a failed capture away from the totals told before it", () => {
    const told = [
      event("payment.captured", {
        key: "1",
        resource: "cap_1",
        totals: { captured: usd("20.00") },
        occurredAt: at(1),
      }),
      event("payment.captured", {
        key: "2",
        resource: "cap_2",
        totals: { captured: usd("42.00") },
        occurredAt: at(2),
      }),
      event("capture.failed", {
        key: "3",
        resource: "cap_2",
        totals: { captured: usd("20.00") },
        occurredAt: at(3),
      }),
    ]
    expect(fold(told).captured).toEqual([usd("20.00")])
  })

  it("believes a second try that succeeded, from a gateway that gives captures no id", () => {
    const failed = event("capture.failed", { key: "1", occurredAt: at(1) })
    const captured = event("payment.captured", { key: "2", money: usd("42.00"), occurredAt: at(2) })
    expect(fold([captured, failed]).captured).toEqual([usd("42.00")])
    expect(fold([{ ...captured, occurredAt: at(1) }, failed]).captured).toEqual([])
  })

  it("knows no captured money from a zero amount", () => {
    expect(fold([event("payment.captured", { money: usd("0.00") })]).captured).toEqual([])
  })

  it("keeps currencies apart", () => {
    const told = [usd("1.00"), fromDecimal("1.00", "eur")].map((money, index) =>
      event("payment.captured", { key: `${index}`, resource: "cap_1", money })
    )
    expect(fold(told).captured.map(({ currency }) => currency)).toEqual(["eur", "usd"])
  })
})

describe("fees", () => {
  it("adds up what was taken and what was given back, also where more was given back", () => {
    const fees = (...amounts: string[]) =>
      fold(
        amounts.map((fee, index) =>
          event("fee", { key: `${index}`, resource: `fee_${index}`, fee: usd(fee) })
        )
      ).fees
    expect(fees("0.35", "-0.10")).toEqual([usd("0.25")])
    expect(fees("-0.10")).toEqual([usd("-0.10")])
    expect(fees("0.35", "-0.35")).toEqual([])
  })
})

describe("refunds", () => {
  it("takes a refund that failed away from totals that held it", () => {
    const told = [
      event("info", { key: "1", totals: { refunded: usd("42.00") }, occurredAt: at(1) }),
      event("refund.succeeded", { key: "2", resource: "re_1", money: usd("42.00"), occurredAt: at(1) }),
      event("refund.failed", { key: "3", resource: "re_1", money: usd("42.00"), occurredAt: at(2) }),
    ]
    expect(fold(told).refunded).toEqual([])
    expect(fold(told).refunds).toEqual([{ resource: "re_1", state: "failed", money: usd("42.00") }])
  })

  it("keeps the refunds that did not fail", () => {
    const told = [
      event("refund.succeeded", { key: "1", resource: "re_1", money: usd("10.00"), occurredAt: at(1) }),
      event("refund.succeeded", { key: "2", resource: "re_2", money: usd("5.00"), occurredAt: at(1) }),
      event("info", { key: "3", totals: { refunded: usd("15.00") }, occurredAt: at(1) }),
      event("refund.failed", { key: "4", resource: "re_2", money: usd("5.00"), occurredAt: at(1) }),
    ]
    expect(fold(told).refunded).toEqual([usd("10.00")])
  })
})

describe("how a payment ends", () => {
  const authorized = event("payment.authorized", { key: "1", money: usd("42.00"), occurredAt: at(2) })

  it("releases an authorisation that is voided or lapses later, or in the same second", () => {
    for (const type of ["payment.canceled", "payment.expired"] as const) {
      for (const second of [2, 3]) {
        const facts = fold([authorized, event(type, { key: "2", occurredAt: at(second) })])
        expect(facts.authorized).toEqual([])
        expect(facts.ended?.as).toBe(type.slice("payment.".length))
      }
    }
  })

  it("lets a payment stand that was authorised after it lapsed", () => {
    const facts = fold([authorized, event("payment.expired", { key: "2", occurredAt: at(1) })])
    expect(facts.authorized).toEqual([usd("42.00")])
    expect(facts.ended).toBeUndefined()
  })

  it("keeps what was captured before the rest was released, and no more", () => {
    const facts = fold([
      authorized,
      event("payment.captured", { key: "2", resource: "cap", money: usd("20.00"), occurredAt: at(3) }),
      event("payment.canceled", { key: "3", occurredAt: at(4) }),
    ])
    expect(facts).toMatchObject({ authorized: [], captured: [usd("20.00")] })
    expect(facts.ended).toBeUndefined()
  })

  it("is not ended by another payment of the same reference that lapsed", () => {
    const second = { ...authorized, gatewayPayment: "pay_2" }
    const facts = fold([event("payment.expired", { key: "2", occurredAt: at(9) }), second])
    expect(facts.authorized).toEqual([usd("42.00")])
    expect(facts.ended).toBeUndefined()
    const pending = event("payment.pending", { key: "3", gatewayPayment: "pay_2", occurredAt: at(1) })
    expect(fold([event("payment.failed", { key: "2", occurredAt: at(9) }), pending]).ended).toBeUndefined()
  })

  it("is ended by what is told without the gateway's payment id", () => {
    const { gatewayPayment: _, ...canceled } = event("payment.canceled", { key: "2", occurredAt: at(3) })
    expect(fold([authorized, canceled]).ended?.as).toBe("canceled")
  })

  it("counts the grace time from when we first heard of it, not from a date in the message", () => {
    const early = event("payment.failed", { key: "1", occurredAt: at(0), receivedAt: at(500) })
    const again = event("payment.canceled", { key: "2", occurredAt: at(1), receivedAt: at(900) })
    const declined = { code: "05", text: "Do not honour" }
    expect(fold([again, { ...early, reason: declined }]).ended).toEqual({
      as: "failed",
      at: at(500).getTime(),
      reason: "Do not honour",
    })
  })
})

function event(type: PaymentEventType, more: Partial<PaymentEvent> = {}): PaymentEvent {
  return { key: type, type, test: false, reference: "ref_1", gatewayPayment: "pay_1", ...more }
}

function at(second: number): Date {
  return new Date(1_767_225_600_000 + second * 1000)
}

function usd(amount: string) {
  return fromDecimal(amount, "usd")
}

function unitsOf(tally: Facts["captured"]): bigint {
  return tally.reduce((units, money) => units + toMinorUnits(money), 0n)
}

function expectNoLess(before: Facts["captured"], after: Facts["captured"]): void {
  for (const money of before) {
    const now = after.find(({ currency }) => currency === money.currency)
    expectEqual((now ? toMinorUnits(now) : 0n) >= toMinorUnits(money), true)
  }
}

/** exactOptionalPropertyTypes' view of an event: a field is there or it is not. */
function withoutMissing<T extends object>(value: T): PaymentEvent {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .map(([name, field]) => [
        name,
        name === "totals"
          ? Object.fromEntries(Object.entries(field as object).filter(([, total]) => total !== undefined))
          : field,
      ])
  ) as unknown as PaymentEvent
}

import fc from "fast-check"
import { deliveries, histories } from "../../../integration-tests/support/model/gateway-model"
import { fold, type Facts } from "../fold"
import { balancesOf, missingEntries, standings, type MissingEntry, type Posted } from "../ledger"
import {
  add,
  fromDecimal,
  fromMinorUnits,
  isPositive,
  subtract,
  toMinorUnits,
  zero,
  type Money,
} from "../money"
import { ourMoney } from "../our-money"
import { paymentEventTypes, type PaymentEvent, type PaymentEventType } from "../payment-event"
import { expectEqual } from "./expect-equal"

/** Anything that can lie in a lane, legal or not. */
const amount = fc
  .tuple(fc.bigInt({ min: 0n, max: 60n }), fc.constantFrom("usd", "jpy", "kwd"))
  .map(([units, currency]) => fromMinorUnits(units, currency))
const fee = fc
  .tuple(fc.bigInt({ min: -5n, max: 5n }), fc.constantFrom("usd", "jpy"))
  .map(([units, currency]) => fromMinorUnits(units, currency))
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
const anyEvent: fc.Arbitrary<PaymentEvent> = fc
  .record({
    key: fc.constantFrom("a", "b", "c", "d", "e", "f", "g", "h"),
    type: fc.constantFrom(...paymentEventTypes),
    test: fc.constant(true),
    gatewayPayment: maybe(fc.constantFrom("pay_1", "pay_2")),
    resource: maybe(fc.constantFrom("obj_1", "obj_2", "pay_1")),
    money: maybe(amount),
    totals: maybe(fc.record({ captured: maybe(amount), refunded: maybe(amount) })),
    fee: maybe(fee),
    occurredAt: maybe(fc.constantFrom(new Date(1_767_225_600_000), new Date(1_767_225_601_000))),
  })
  .map((event) => JSON.parse(JSON.stringify(event), readDates) as PaymentEvent)
const anyLane = fc.array(anyEvent, { maxLength: 10 })

describe("the ledger of a lane", () => {
  it("ends with the same balances, whatever order the events come in and however often it is posted between", () => {
    fc.assert(
      fc.property(
        anyLane.chain((events) => fc.tuple(fc.constant(events), deliveries(events))),
        ([events, delivered]) => {
          expectEqual(balances(postedEventByEvent(delivered)), balances(postAll(fold(events))))
        }
      ),
      { numRuns: 5_000 }
    )
  })

  it("adds up to nothing in every currency, and moves only amounts of more than zero", () => {
    fc.assert(
      fc.property(anyLane, (events) => {
        const entries = postedEventByEvent(events)
        const totals = new Map<string, Money>()
        for (const money of balancesOf(entries).values()) {
          totals.set(money.currency, add(totals.get(money.currency) ?? zero(money.currency), money))
        }
        expectEqual(
          [...totals.values()].map(toMinorUnits).every((units) => units === 0n),
          true
        )
        expectEqual(
          entries.every(({ money }) => isPositive(money)),
          true
        )
      }),
      { numRuns: 5_000 }
    )
  })

  it("posts nothing the second time", () => {
    fc.assert(
      fc.property(anyLane, (events) => {
        const entries = postedEventByEvent(events)
        expectEqual(missingEntries(standings("shop", fold(events)), posted(entries)), [])
      }),
      { numRuns: 5_000 }
    )
  })

  it("takes no place twice, and leaves none out", () => {
    fc.assert(
      fc.property(anyLane, (events) => {
        const ordinals = new Map<string, number[]>()
        for (const { subject, ordinal } of postedEventByEvent(events)) {
          ordinals.set(subject, [...(ordinals.get(subject) ?? []), ordinal])
        }
        for (const taken of ordinals.values())
          expectEqual(
            taken,
            taken.map((_, index) => index + 1)
          )
      })
    )
  })

  it("says what the facts say: captured - refunded - fees - open or lost disputes - payouts is with the gateway", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyLane,
          histories().map(({ events }) => [...events])
        ),
        (events) => {
          const facts = fold(events)
          const held = balancesOf(postedEventByEvent(events))
          for (const currency of ["usd", "jpy", "kwd"]) {
            const of = (amounts: readonly (Money | undefined)[]) =>
              amounts.reduce<Money>(
                (sum, money) => (money?.currency === currency ? add(sum, money) : sum),
                zero(currency)
              )
            const disputed = (...states: string[]) =>
              of(facts.disputes.filter(({ state }) => states.includes(state)).map(({ money }) => money))
            const paidOut = of(
              facts.payouts.filter(({ state }) => state === "paid").map(({ money }) => money)
            )
            const left = [of(facts.refunded), of(facts.fees), disputed("opened", "lost"), paidOut]
            expectEqual(
              {
                gateway: held.get(`assets:gateway:shop ${currency}`) ?? zero(currency),
                disputed: held.get(`assets:disputed:shop ${currency}`) ?? zero(currency),
                lost: held.get(`expenses:disputes ${currency}`) ?? zero(currency),
                bank: held.get(`assets:bank ${currency}`) ?? zero(currency),
              },
              {
                gateway: left.reduce(subtract, of(facts.captured)),
                disputed: disputed("opened"),
                lost: disputed("lost"),
                bank: paidOut,
              }
            )
          }
        }
      ),
      { numRuns: 5_000 }
    )
  })

  it("takes everything back when a lane's events moved to another", () => {
    fc.assert(
      fc.property(anyLane, (events) => {
        const entries = postedEventByEvent(events)
        const undone = missingEntries([], posted(entries))
        expectEqual(balances([...entries, ...undone]), new Map())
        expectEqual(
          undone.every(({ entry }) => entry === "reversal" || entry === "fee"),
          true
        )
      })
    )
  })
})

describe("entries", () => {
  const usd = (value: string) => fromDecimal(value, "usd")
  const paid = event("payment.captured", { resource: "cap_1", money: usd("42.00"), fee: usd("1.52") })
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute))

  it.each<[string, PaymentEvent[], string[]]>([
    [
      "a payment and its fee",
      [paid],
      [
        "payment 42.00 income:orders > assets:gateway:shop",
        "fee 1.52 assets:gateway:shop > expenses:fees:shop",
      ],
    ],
    [
      "a refund that failed after it succeeded",
      [
        event("refund.succeeded", { resource: "re_1", money: usd("5.00"), occurredAt: at(1) }),
        event("refund.failed", { resource: "re_1", money: usd("5.00"), occurredAt: at(2) }),
      ],
      [
        "refund 5.00 assets:gateway:shop > income:refunds",
        "reversal 5.00 income:refunds > assets:gateway:shop",
      ],
    ],
    [
      "a dispute that is won",
      [
        event("dispute.opened", { resource: "dp_1", money: usd("42.00"), occurredAt: at(1) }),
        event("dispute.won", { resource: "dp_1", money: usd("42.00"), occurredAt: at(2) }),
      ],
      [
        "dispute 42.00 assets:gateway:shop > assets:disputed:shop",
        "reversal 42.00 assets:disputed:shop > assets:gateway:shop",
      ],
    ],
    [
      "a dispute that is lost and then won after all",
      [
        event("dispute.opened", { resource: "dp_1", money: usd("42.00"), occurredAt: at(1) }),
        event("dispute.lost", { resource: "dp_1", money: usd("42.00"), occurredAt: at(2) }),
        event("dispute.won", { resource: "dp_1", money: usd("42.00"), occurredAt: at(3) }),
      ],
      [
        "dispute 42.00 assets:gateway:shop > assets:disputed:shop",
        "dispute 42.00 assets:disputed:shop > expenses:disputes",
        "reversal 42.00 expenses:disputes > assets:disputed:shop",
        "reversal 42.00 assets:disputed:shop > assets:gateway:shop",
      ],
    ],
    [
      "an inquiry that becomes a chargeback",
      [
        event("dispute.opened", { resource: "dp_1", money: usd("42.00"), occurredAt: at(1), inquiry: true }),
        event("dispute.opened", { resource: "dp_1", money: usd("42.00"), occurredAt: at(2) }),
      ],
      ["dispute 42.00 assets:gateway:shop > assets:disputed:shop"],
    ],
    [
      "an inquiry that nobody answered",
      [
        event("dispute.opened", { resource: "dp_1", money: usd("42.00"), occurredAt: at(1), inquiry: true }),
        event("dispute.lost", { resource: "dp_1", money: usd("42.00"), occurredAt: at(2), inquiry: true }),
      ],
      [],
    ],
    [
      "a payout that failed",
      [
        event("payout.paid", { resource: "po_1", money: usd("40.00") }),
        event("payout.failed", { resource: "po_1", money: usd("40.00") }),
      ],
      ["payout 40.00 assets:gateway:shop > assets:bank", "reversal 40.00 assets:bank > assets:gateway:shop"],
    ],
  ])("%s", (_, events, lines) => {
    const written = postedEventByEvent(events).map(
      ({ entry, money, debit, credit }) => `${entry} ${money.amount} ${credit} > ${debit}`
    )
    expect(written).toEqual(lines)
  })

  it("are dated as the gateway dates what they are about", () => {
    const { facts, times } = ourMoney(
      [
        { ...paid, occurredAt: at(1) },
        event("refund.succeeded", { resource: "re_1", money: usd("5.00"), occurredAt: at(7) }),
        event("dispute.opened", { resource: "dp_1", money: usd("37.00"), occurredAt: at(9) }),
      ],
      "test"
    )
    const dated = missingEntries(standings("shop", facts, times), []).map((one) => [one.entry, one.at])
    expect(dated).toEqual([
      ["payment", at(1)],
      ["refund", at(7)],
      ["fee", at(1)],
      ["dispute", at(9)],
    ])
  })

  it("are made of our money alone: no other receiver's, and of the account's mode", () => {
    const foreign = [
      { ...paid, key: "x", gatewayPayment: "pay_x", resource: "cap_x", otherReceiver: "someone" },
      { ...paid, key: "y", gatewayPayment: "pay_y", resource: "cap_y", test: false },
    ]
    const alone = standings("shop", ourMoney([paid], "test").facts)
    expect(standings("shop", ourMoney([paid, ...foreign], "test").facts)).toEqual(alone)
    expect(standings("shop", fold([paid, ...foreign]))).toEqual([])
  })
})

/** Posts after each event, as if the lane were settled between any two of them. */
function postedEventByEvent(events: readonly PaymentEvent[]): MissingEntry[] {
  return events.reduce<MissingEntry[]>(
    (entries, _, index) => [
      ...entries,
      ...missingEntries(standings("shop", fold(events.slice(0, index + 1))), posted(entries)),
    ],
    []
  )
}

function postAll(facts: Facts): MissingEntry[] {
  return missingEntries(standings("shop", facts), [])
}

/** What entries add up to by subject, as the database would say. */
function posted(entries: readonly MissingEntry[]): Posted[] {
  const subjects = new Map<string, Posted>()
  for (const { subject, entry, debit, credit, money } of entries) {
    const isReversal = entry === "reversal"
    const known = subjects.get(subject) ?? {
      subject,
      entry: isReversal || entry === "adjustment" ? "fee" : entry,
      debit: isReversal ? credit : debit,
      credit: isReversal ? debit : credit,
      money: zero(money.currency),
      entries: 0,
    }
    subjects.set(subject, {
      ...known,
      money: isReversal ? subtract(known.money, money) : add(known.money, money),
      entries: known.entries + 1,
    })
  }
  return [...subjects.values()]
}

function balances(entries: readonly MissingEntry[]): Map<string, Money> {
  return new Map([...balancesOf(entries)].filter(([, money]) => toMinorUnits(money) !== 0n).sort())
}

function event(type: PaymentEventType, more: Partial<PaymentEvent> = {}): PaymentEvent {
  return { key: `${type} ${more.resource ?? ""}`, type, test: true, gatewayPayment: "pay_1", ...more }
}

function readDates(name: string, value: unknown): unknown {
  return name === "occurredAt" && typeof value === "string" ? new Date(value) : value
}

import fc from "fast-check"
import { fromMinorUnits, type Money } from "../../src/domain/money"
import type { PaymentEvent } from "../../src/domain/payment-event"
import { deliveries, histories } from "./model/gateway-model"

/** What happened to one payment, as it arrived, and what its gateway paid out meanwhile. */
export type LedgerHistory = Readonly<{
  accountId: string
  laneId: string
  orderId: string
  gatewayPayment: string
  /** In the order in which they arrived; settled after each. */
  delivered: readonly PaymentEvent[]
}>

const currencies = ["jpy", "eur", "usd", "kwd", "clf"]

/** Payments with all that can become of them, in currencies with 0 to 4 digits, and payouts of which some fail. */
export function ledgerHistories(count: number, seed: number): LedgerHistory[] {
  const payment = histories({ maxSteps: 24, currencies }).chain(({ events }) => deliveries(events))
  const payout = fc
    .record({
      id: fc.uuid(),
      units: fc.bigInt({ min: 1n, max: 9_999_999n }),
      currency: fc.constantFrom(...currencies),
      fails: fc.boolean(),
      second: fc.nat(31_535_999),
    })
    .chain(({ id, units, currency, fails, second }) =>
      deliveries(toldPayout(id, fromMinorUnits(units, currency), fails, second))
    )
  const names = fc.record({
    accountId: fc.constantFrom("shop-eu", "shop-us"),
    // Whatever a gateway may use as an id.
    gatewayPayment: fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 }),
    // The year's payments, so that histories do not lie in one day.
    second: fc.nat(31_535_999),
  })
  return fc
    .sample(fc.tuple(names, fc.oneof({ weight: 5, arbitrary: payment }, payout)), { numRuns: count, seed })
    .map(([{ accountId, gatewayPayment, second }, delivered], index) => ({
      accountId,
      gatewayPayment: [...gatewayPayment].filter((sign) => !/[\p{Cc}\p{Surrogate}]/u.test(sign)).join(""),
      laneId: `ipnlane_${index}`,
      orderId: `order_${index}`,
      delivered: delivered.map((event) => ({
        ...event,
        occurredAt: new Date(start + second * 1000 + ((event.occurredAt?.getTime() ?? start) - start)),
      })),
    }))
}

const start = Date.UTC(2026, 0, 1)

function toldPayout(resource: string, money: Money, fails: boolean, second: number): PaymentEvent[] {
  const about = { test: true, resource, money, occurredAt: new Date(start + second * 1000) }
  return [
    { key: `${resource}:paid`, type: "payout.paid", ...about },
    ...(fails ? [{ key: `${resource}:failed`, type: "payout.failed" as const, ...about }] : []),
  ]
}

import fc from "fast-check"
import { fromMinorUnits } from "../../../domain/money"
import { GatewayRefusedError } from "../../gateway"
import { fromStripeAmount, toStripeAmount } from "../minor-units"

describe("Stripe's amounts", () => {
  it.each([
    [1050, "usd", "10.50"],
    [1050, "JPY", "1050"],
    [500, "isk", "5"],
    [500, "ugx", "5"],
    [500, "mga", "500.00"],
    [5120, "kwd", "5.120"],
    [1045, "huf", "10.45"],
    [80045, "twd", "800.45"],
    [-2500, "eur", "-25.00"],
    [0, "isk", "0"],
    [5, "usd", "0.05"],
  ])("reads %i %s as %s", (units, currency, amount) => {
    expect(fromStripeAmount(units, currency)).toEqual({ amount, currency: currency.toLowerCase() })
  })

  it.each([
    ["10.50", "usd", "1050"],
    ["1050", "jpy", "1050"],
    ["5", "isk", "500"],
    ["5", "ugx", "500"],
    ["500.00", "mga", "500"],
    ["5.120", "kwd", "5120"],
    ["10.45", "huf", "1045"],
  ])("writes %s %s as %s", (amount, currency, units) => {
    expect(toStripeAmount({ amount, currency })).toBe(units)
  })

  it.each([
    ["5.124", "kwd", "at most 2 digits"],
    ["1.50", "mga", "at most 0 digits"],
  ])("refuses %s %s in words", (amount, currency, words) => {
    const write = () => toStripeAmount({ amount, currency })
    expect(write).toThrow(GatewayRefusedError)
    expect(write).toThrow(words)
  })

  it.each([
    [501, "isk"],
    [1.5, "usd"],
    [Number.MAX_SAFE_INTEGER + 2, "usd"],
  ])("does not guess at %d %s", (units, currency) => {
    expect(() => fromStripeAmount(units, currency)).toThrow(RangeError)
  })

  it("reads back what it writes, in every currency", () => {
    const currency = fc.constantFrom(
      "usd",
      "eur",
      "jpy",
      "isk",
      "ugx",
      "mga",
      "kwd",
      "bhd",
      "huf",
      "twd",
      "krw"
    )
    fc.assert(
      fc.property(fc.nat({ max: 1e9 }), currency, (units, code) => {
        const money = fromMinorUnits(units * 100, code)
        expect(fromStripeAmount(Number(toStripeAmount(money)), code)).toEqual(money)
      })
    )
  })
})

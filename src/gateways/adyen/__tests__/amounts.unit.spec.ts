import fc from "fast-check"
import { fromDecimal, fromMinorUnits, toMinorUnits } from "../../../domain/money"
import { fromAdyenAmount, toAdyenAmount } from "../amounts"

describe("Adyen's amounts", () => {
  it.each([
    ["1050", "EUR", "10.50"],
    ["5", "EUR", "0.05"],
    ["0", "EUR", "0.00"],
    ["1050", "JPY", "1050"],
    ["1050", "KWD", "1.050"],
    ["50000", "ISK", "500"],
    ["50000", "CLP", "500"],
    ["500", "IDR", "500.00"],
    ["500", "CVE", "500.00"],
    ["123456789012345678", "USD", "1234567890123456.78"],
  ])("reads %s %s as %s", (value, currency, amount) => {
    expect(fromAdyenAmount(value, currency)).toEqual({ amount, currency: currency.toLowerCase() })
  })

  it.each([
    ["50050", "ISK"],
    ["50001", "CLP"],
    ["10.50", "EUR"],
    ["1e3", "EUR"],
    ["", "EUR"],
    ["100", "EURO"],
  ])("reads no money in %p %s", (value, currency) => {
    expect(() => fromAdyenAmount(value, currency)).toThrow(RangeError)
  })

  it("writes what it read", () => {
    const currency = fc.constantFrom("EUR", "JPY", "KWD", "ISK", "CLP", "IDR", "CVE")
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_000_000_000 }), currency, (units, code) => {
        const value = ["ISK", "CLP"].includes(code) ? units * 100 : units
        expect(toAdyenAmount(fromAdyenAmount(String(value), code))).toEqual({ value, currency: code })
      })
    )
  })

  it("agrees with ISO 4217 but for CLP, CVE, IDR and ISK", () => {
    const differs = [
      "aed",
      "bhd",
      "clp",
      "cve",
      "djf",
      "eur",
      "gnf",
      "huf",
      "idr",
      "isk",
      "jod",
      "jpy",
      "kmf",
    ]
      .concat([
        "krw",
        "kwd",
        "lyd",
        "mga",
        "omr",
        "pyg",
        "rwf",
        "tnd",
        "twd",
        "ugx",
        "vnd",
        "vuv",
        "xaf",
        "xof",
      ])
      .filter((code) => BigInt(toAdyenAmount(fromMinorUnits(10_000, code)).value) !== 10_000n)
    expect(differs).toEqual(["clp", "cve", "idr", "isk"])
    expect(toMinorUnits(fromAdyenAmount("100", "isk"))).toBe(1n)
  })

  it("refuses what Adyen cannot take, with the fix", () => {
    expect(() => toAdyenAmount(fromDecimal("10.50", "idr"))).toThrow(
      /no digits after the point.*Round the price/
    )
    expect(() => toAdyenAmount(fromDecimal("99999999999999999.00", "eur"))).toThrow(/so large/)
  })
})

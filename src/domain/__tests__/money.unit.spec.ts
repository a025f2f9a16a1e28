import fc from "fast-check"
import {
  add,
  compare,
  equals,
  exponentOf,
  fromDecimal,
  fromMinorUnits,
  isPositive,
  larger,
  roundToCurrency,
  subtract,
  toMinorUnits,
  zero,
} from "../money"

/** One currency of each exponent and an unknown one, which has two digits. */
const currencies = { jpy: 0, usd: 2, kwd: 3, clf: 4, xyz: 2 } as const
const currency = fc.constantFrom(...(Object.keys(currencies) as (keyof typeof currencies)[]))
const units = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n })
const money = fc.tuple(units, currency).map(([count, code]) => fromMinorUnits(count, code))
const twoOfOneCurrency = fc
  .tuple(units, units, currency)
  .map(([a, b, code]) => [fromMinorUnits(a, code), fromMinorUnits(b, code)] as const)

const runs = { numRuns: 2000 }

describe("money", () => {
  it("knows the digits of each currency, in either case", () => {
    for (const [code, digits] of Object.entries(currencies)) {
      expect(exponentOf(code)).toBe(digits)
      expect(exponentOf(code.toUpperCase())).toBe(digits)
    }
    expect(exponentOf("constructor")).toBe(2)
  })

  it("goes to minor units and back without a change", () => {
    fc.assert(
      fc.property(units, currency, (count, code) => {
        expect(toMinorUnits(fromMinorUnits(count, code))).toBe(count)
      }),
      runs
    )
  })

  it("goes to a decimal string and back without a change, with exactly the currency's digits", () => {
    fc.assert(
      fc.property(money, (some) => {
        expect(fromDecimal(some.amount, some.currency.toUpperCase())).toEqual(some)
        expect(some.amount.split(".")[1]?.length ?? 0).toBe(exponentOf(some.currency))
      }),
      runs
    )
  })

  it("reads an amount however many zeros it is written with", () => {
    fc.assert(
      fc.property(money, fc.nat(3), fc.nat(3), (some, before, after) => {
        const [, sign = "", digits = ""] = /^(-?)(.*)$/.exec(some.amount) ?? []
        const written = `${sign}${"0".repeat(before)}${digits}`
        const padded = written.includes(".") ? `${written}${"0".repeat(after)}` : written
        expect(fromDecimal(padded, some.currency)).toEqual(some)
      }),
      runs
    )
    expect(fromDecimal("10.5", "USD")).toEqual({ amount: "10.50", currency: "usd" })
    expect(fromDecimal("-0.00", "usd")).toEqual(zero("usd"))
    expect(fromDecimal("1050.000", "jpy")).toEqual({ amount: "1050", currency: "jpy" })
  })

  it("adds, subtracts and compares exactly, as whole numbers do", () => {
    fc.assert(
      fc.property(twoOfOneCurrency, ([a, b]) => {
        const [x, y] = [toMinorUnits(a), toMinorUnits(b)]
        expect(toMinorUnits(add(a, b))).toBe(x + y)
        expect(toMinorUnits(subtract(a, b))).toBe(x - y)
        expect(compare(a, b)).toBe(x < y ? -1 : x > y ? 1 : 0)
        expect(toMinorUnits(larger(a, b))).toBe(x > y ? x : y)
        expect(equals(a, b)).toBe(x === y)
        expect(isPositive(a)).toBe(x > 0n)
        expect(subtract(add(a, b), b)).toEqual(a)
      }),
      runs
    )
  })

  it("never mixes two currencies", () => {
    const [dollar, euro] = [fromDecimal("1", "usd"), fromDecimal("1", "eur")]
    for (const mix of [add, subtract, compare, larger]) {
      expect(() => mix(dollar, euro)).toThrow(RangeError)
    }
    expect(equals(dollar, euro)).toBe(false)
  })

  it("rounds half away from zero, and never by a whole unit", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), currency, fc.nat(999_999), (count, code, rest) => {
        const digits = exponentOf(code)
        const whole = fromMinorUnits(count, code).amount
        const written = `${whole}${digits === 0 ? "." : ""}${String(rest).padStart(6, "0")}`
        const expected = count + (rest >= 500_000 ? 1n : 0n)
        expect(toMinorUnits(roundToCurrency(written, code))).toBe(expected)
        expect(toMinorUnits(roundToCurrency(`-${written}`, code))).toBe(-expected)
      }),
      runs
    )
  })

  it("leaves alone what has no more digits than the currency", () => {
    fc.assert(
      fc.property(money, (some) => expect(roundToCurrency(some.amount, some.currency)).toEqual(some)),
      runs
    )
  })

  it.each([
    ["", "nothing"],
    [" 1", "a space"],
    ["1 ", "a space at the end"],
    ["1\n", "a line break"],
    ["+1", "a plus sign"],
    ["1,00", "a comma"],
    ["1,000.00", "a separator"],
    ["1e3", "an exponent"],
    ["0x10", "hexadecimal"],
    ["NaN", "not a number"],
    ["Infinity", "infinity"],
    [".5", "no whole part"],
    ["5.", "no fraction after the point"],
    ["--1", "two signs"],
    ["١", "digits of another script"],
    ["1".repeat(25), "more digits than money has"],
  ])("refuses the amount %j: %s", (amount) => {
    expect(() => fromDecimal(amount, "usd")).toThrow(RangeError)
    expect(() => roundToCurrency(amount, "usd")).toThrow(RangeError)
  })

  it("refuses digits that the currency does not have, rather than rounding what a gateway says", () => {
    expect(() => fromDecimal("1.005", "usd")).toThrow("2 decimal places of usd")
    expect(() => fromDecimal("1.5", "jpy")).toThrow("0 decimal places of jpy")
    expect(() => fromDecimal("1.23456", "clf")).toThrow("4 decimal places of clf")
  })

  it.each(["", "us", "usdt", "u$d", "12€", "\u212Arw", "usd\n"])("refuses the currency %j", (code) => {
    for (const make of [() => fromDecimal("1", code), () => fromMinorUnits(1n, code), () => zero(code)]) {
      expect(make).toThrow(RangeError)
    }
  })

  it.each([0.1, NaN, Infinity, 2 ** 53])("refuses %p minor units", (count) => {
    expect(() => fromMinorUnits(count, "usd")).toThrow(RangeError)
  })
})

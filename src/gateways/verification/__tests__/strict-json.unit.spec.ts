import fc from "fast-check"
import { readJson, type Json } from "../strict-json"

const tame = fc.jsonValue({ maxDepth: 6 }).filter((value) => {
  const text = JSON.stringify(value)
  return (
    !/\\u0000|\\ud[89a-f]|__proto__/.test(text) &&
    !/\d{16,}|e[+-]?\d/.test(text.replace(/"(?:[^"\\]|\\.)*"/g, ""))
  )
})

it("reads what JSON.parse reads, for all ordinary JSON", () => {
  fc.assert(
    fc.property(tame, fc.constantFrom(undefined, 2, "\t"), (value, space) => {
      const text = JSON.stringify(value, null, space)
      expect(readJson(Buffer.from(text))).toEqual(JSON.parse(text))
    })
  )
})

it("reads no text that JSON.parse does not", () => {
  const almost = fc.string({
    unit: fc.constantFrom(...'{}[]",:\\u0123456789.eE+-truefalsn \n'.split("")),
    maxLength: 30,
  })
  fc.assert(
    fc.property(
      fc.oneof(
        almost,
        fc.json().map((text) => text.slice(1)),
        fc.string()
      ),
      (text) => {
        let value: Json
        try {
          value = readJson(text)
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError)
          return
        }
        expect(value).toEqual(JSON.parse(text))
      }
    ),
    { numRuns: 2000 }
  )
})

it.each([
  ['{"amount":1,"amount":2}', "twice"],
  ['{"amount":1,"\\u0061mount":2}', "twice"],
  ['{"__proto__":{"paid":true}}', "__proto__"],
  ['{"\\u005f_proto__":1}', "__proto__"],
  ["[".repeat(33) + "]".repeat(33), "nested too deeply"],
  ["[".repeat(100_000), "nested too deeply"],
  ["9007199254740993", "loses digits"],
  ["9007199254740992", "loses digits"],
  ["1e400", "too large"],
  ["0.12345678901234567890", "loses digits"],
  ['"\\u0000"', "zero character"],
  ['"\\ud800"', "half a surrogate pair"],
  ["1 2", "more follows"],
  ["", "a value is expected"],
  ["{'a':1}", "a text is expected"],
  ["[1,]", "a value is expected"],
  ["01", "more follows"],
  ["NaN", "a value is expected"],
])("refuses %.40s", (text, why) => {
  expect(() => readJson(text)).toThrow(SyntaxError)
  expect(() => readJson(text)).toThrow(why)
})

it("refuses bytes that are not UTF-8", () => {
  expect(() => readJson(Buffer.from([0x22, 0xf6, 0x22]))).toThrow("not in UTF-8")
})

it("gives numbers whose text is exactly what was sent", () => {
  const written = fc.tuple(fc.integer(), fc.stringMatching(/^\d{0,6}$/), fc.integer({ min: -5, max: 5 }))
  fc.assert(
    fc.property(written, ([whole, fraction, exponent]) => {
      const text = `${whole}${fraction && `.${fraction}`}e${exponent}`
      const number = readJson(text) as number
      const digits = `${whole}${fraction}`.replace("-", "")
      const value = BigInt(digits) * 10n ** BigInt(exponent + 5 + 6 - fraction.length)
      const [shown, power = "0"] = String(Math.abs(number)).split("e") as [string, string?]
      const [left, right = ""] = shown.split(".") as [string, string?]
      expect(BigInt(left + right) * 10n ** BigInt(11 - right.length + Number(power))).toBe(value)
    })
  )
  expect(readJson("[10.50, 1.5e1, 9007199254740991, -0, 100]")).toEqual([10.5, 15, 9007199254740991, -0, 100])
})

it("gives numbers as sent where asked to", () => {
  expect(readJson('{"id":12345678901234567890,"amount":10.50}', { numbers: "text" })).toEqual({
    id: "12345678901234567890",
    amount: "10.50",
  })
  expect(() => readJson("1e400", { numbers: "text" })).toThrow("too large")
})

it("reads a text of 256 kB in one go", () => {
  const text = JSON.stringify({ a: "x\\".repeat(64_000) })
  expect(readJson(text)).toEqual(JSON.parse(text))
})

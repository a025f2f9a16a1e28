import fc from "fast-check"
import { readForm, readPairs } from "../ordered-form"

it("reads what a browser writes, in its order, for any text", () => {
  const field = fc.tuple(
    fc.string({ unit: "grapheme", minLength: 1 }).filter((name) => !name.includes("\u0000")),
    fc.string({ unit: "grapheme" }).filter((value) => !value.includes("\u0000"))
  )
  fc.assert(
    fc.property(fc.array(field), (fields) => {
      expect(readPairs(Buffer.from(new URLSearchParams(fields).toString()))).toEqual(fields)
    })
  )
})

it("reads the charset it is told, escaped or not", () => {
  const raw = Buffer.from("first_name=J\xf6rg&last=%80%99", "latin1")
  expect([...readForm(raw, { charset: "windows-1252" })]).toEqual([
    ["first_name", "Jörg"],
    ["last", "€™"],
  ])
  expect(readForm("name=%83W%83%87%83%93", { charset: "Shift_JIS" }).get("name")).toBe("ジョン")
  expect(() => readForm(raw)).toThrow("not in utf-8")
  expect(() => readForm("a=b", { charset: "martian" })).toThrow('"martian" is not a known charset')
})

it("refuses a name that is there twice, however it is written", () => {
  expect(() => readForm("amount=1&amount=2")).toThrow('"amount" twice')
  expect(() => readForm("amount=1&%61mount=2")).toThrow('"amount" twice')
  expect(readPairs("p[]=1&p[]=2")).toEqual([
    ["p[]", "1"],
    ["p[]", "2"],
  ])
})

it("reads spaces, empty values and missing equals signs as forms mean them", () => {
  expect(readPairs("a+b=c+d&e=&f&&g=h=i&")).toEqual([
    ["a b", "c d"],
    ["e", ""],
    ["f", ""],
    ["g", "h=i"],
  ])
  expect(readPairs("")).toEqual([])
})

it("keeps __proto__ as a name like any other", () => {
  expect(readForm("__proto__=1").get("__proto__")).toBe("1")
})

it.each(["a=%", "a=%4", "a=%zz", "=b", "a=%00"])("refuses %j", (text) => {
  expect(() => readForm(text)).toThrow(RangeError)
})

it("takes a stray percent sign as it stands where the gateway sends such", () => {
  expect(readForm("a=100%&b=%zz%41", { badEscapes: "keep" })).toEqual(
    new Map([
      ["a", "100%"],
      ["b", "%zzA"],
    ])
  )
})

it("refuses too many bytes and too many fields", () => {
  expect(() => readForm("a=12345", { maxBytes: 6 })).toThrow("larger than 6 bytes")
  expect(() => readForm("a&b&c", { maxFields: 2 })).toThrow("more than 2 fields")
})

it("never throws anything but a RangeError", () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.constantFrom("utf-8", "windows-1252", "gb18030"), (bytes, charset) => {
      try {
        readForm(bytes, { charset })
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError)
      }
    })
  )
})

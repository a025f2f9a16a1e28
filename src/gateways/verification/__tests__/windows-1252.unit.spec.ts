import { decodeWindows1252, encodeWindows1252 } from "../windows-1252"

const every = Uint8Array.from({ length: 256 }, (_, byte) => byte)

it("reads every byte as the standard says", () => {
  const text = decodeWindows1252(every)
  expect(text).toHaveLength(256)
  expect([0x41, 0x80, 0x92, 0x9f, 0xe9, 0xff].map((byte) => text.charAt(byte)).join("")).toBe("A€’Ÿéÿ")
})

it("writes back what it reads, for every byte", () => {
  expect(encodeWindows1252(decodeWindows1252(every))).toEqual(Buffer.from(every))
  expect(() => encodeWindows1252("日")).toThrow(RangeError)
})

import fc from "fast-check"
import { safeEqual } from "../safe-equal"

it("says of any two texts what === says, except that two empty ones are unequal", () => {
  const twins = fc
    .string({ unit: "grapheme" })
    .chain((text) => fc.tuple(fc.constant(text), fc.oneof(fc.constant(text), fc.string())))
  fc.assert(
    fc.property(twins, ([a, b]) => safeEqual(a, b) === (a !== "" && Buffer.from(a).equals(Buffer.from(b))))
  )
})

it("compares bytes with text, and other lengths without throwing", () => {
  expect(safeEqual(Buffer.from("abc"), "abc")).toBe(true)
  expect(safeEqual(Buffer.from("abc"), "abcd")).toBe(false)
  expect(safeEqual("", "")).toBe(false)
})

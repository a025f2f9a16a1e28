import { isFresh, readUnixSeconds } from "../timestamp"

const now = new Date("2026-01-15T10:30:00Z")
const off = (seconds: number) => new Date(now.getTime() + seconds * 1000)

it("accepts five minutes in both directions and not a second more", () => {
  expect([-301, -300, 0, 300, 301].map((seconds) => isFresh(off(seconds), now))).toEqual([
    false,
    true,
    true,
    true,
    false,
  ])
  expect(isFresh(off(-11), now, 10)).toBe(false)
  expect(isFresh(new Date(NaN), now)).toBe(false)
})

it("reads digits only", () => {
  expect(readUnixSeconds("1768473000")).toEqual(now)
  for (const text of ["", " 1", "-1", "1e9", "1.5", "999999999999", "0x10"])
    expect(readUnixSeconds(text)).toBeUndefined()
})

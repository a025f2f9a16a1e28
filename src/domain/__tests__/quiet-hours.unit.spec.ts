import fc from "fast-check"
import { afterQuietHours } from "../quiet-hours"

const at = (iso: string) => Date.parse(iso)
const after = (iso: string, hours: string | null, zone = "Europe/Berlin") =>
  new Date(afterQuietHours(at(iso), hours, zone)).toISOString()

describe("quiet hours", () => {
  it.each([
    ["none", "2026-11-22T23:30:00.000Z", null, "2026-11-22T23:30:00.000Z"],
    ["before midnight", "2026-11-22T22:30:00.000Z", "22:00-07:00", "2026-11-23T06:00:00.000Z"],
    ["after midnight", "2026-11-23T03:10:20.000Z", "22:00-07:00", "2026-11-23T06:00:00.000Z"],
    ["outside", "2026-11-23T06:00:00.000Z", "22:00-07:00", "2026-11-23T06:00:00.000Z"],
    ["within a day", "2026-11-23T11:30:00.000Z", "12:00-14:00", "2026-11-23T13:00:00.000Z"],
    ["the clocks go forward", "2026-03-28T23:30:00.000Z", "22:00-07:00", "2026-03-29T05:00:00.000Z"],
    ["the clocks go back", "2026-10-24T22:30:00.000Z", "22:00-07:00", "2026-10-25T06:00:00.000Z"],
    ["the same time twice", "2026-11-23T11:30:00.000Z", "12:00-12:00", "2026-11-23T11:30:00.000Z"],
  ])("%s", (_, from, hours, until) => {
    expect(after(from, hours)).toBe(until)
  })

  it("never ends before it was asked, nor later than a day and an hour", () => {
    const time = fc.integer({ min: 0, max: 1439 }).map((minutes) => {
      const two = (number: number) => String(number).padStart(2, "0")
      return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
    })
    const zone = fc.constantFrom("UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia")
    fc.assert(
      fc.property(
        fc.integer({ min: at("2024-01-01"), max: at("2028-01-01") }),
        time,
        time,
        zone,
        (now, from, to, timeZone) => {
          const end = afterQuietHours(now, `${from}-${to}`, timeZone)
          expect(end).toBeGreaterThanOrEqual(now)
          expect(end - now).toBeLessThanOrEqual(25 * 3_600_000)
          expect(afterQuietHours(end, `${from}-${to}`, timeZone)).toBe(end)
        }
      )
    )
  })
})

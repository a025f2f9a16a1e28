import { sayLeftOut } from "../../integration-tests/support/left-out"

const test = (status: string, ...ancestorTitles: string[]) => ({ status, ancestorTitles })

it("says how many tests were left out for which reason, and nothing of those that ran", () => {
  const redis = "on Redis (left out: redis-server is missing; in Debian `apt-get install redis-server`)"
  const browser = "the shop (left out: Chromium is missing; name one in CHROMIUM_PATH)"
  expect(
    sayLeftOut([
      test("pending", redis),
      test("passed", "applies once"),
      test("pending", browser, "within"),
      test("pending", browser),
      test("failed", "applies once"),
      test("pending", "applies once"),
    ])
  ).toEqual([
    "1 left out: redis-server is missing; in Debian `apt-get install redis-server`",
    "2 left out: Chromium is missing; name one in CHROMIUM_PATH",
    "1 left out: their names were not asked for",
  ])
  expect(sayLeftOut([test("passed")])).toEqual([])
})

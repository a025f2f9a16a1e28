import { expect, it } from "@jest/globals"
import { sayDuration } from "../say-duration"

it.each([
  [null, "–"],
  [0, "0 sec"],
  [0.42, "0.4 sec"],
  [59.94, "59.9 sec"],
  [90, "2 min"],
  [7200, "2 hr"],
  [172_800, "2 days"],
])("%s seconds are %s", (seconds, said) => {
  expect(sayDuration(seconds, "en")).toBe(said)
})

it("speaks the reader's language", () => {
  expect(sayDuration(0.42, "de")).toBe("0,4 Sek.")
})

import { expect, it } from "@jest/globals"
import { readRules, writeRules } from "../event-rule"

it("reads rules and writes them as they were", () => {
  const written = { "stripe:info": "ignore", "*:fee": "record", "paypal:*": "handle" } as const
  expect(readRules(written)).toEqual([
    { account: "stripe", type: "info", mode: "ignore" },
    { account: "*", type: "fee", mode: "record" },
    { account: "paypal", type: "*", mode: "handle" },
  ])
  expect(writeRules(readRules(written))).toEqual(written)
})

it("keeps the last of two rules about the same", () => {
  const rule = { account: "*", type: "info" } as const
  expect(
    writeRules([
      { ...rule, mode: "record" },
      { ...rule, mode: "ignore" },
    ])
  ).toEqual({ "*:info": "ignore" })
})

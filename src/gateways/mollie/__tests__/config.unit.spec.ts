import { checkMollieAccount, mollieConfig } from "../config"
import { sender } from "../recordings/sender"

describe("a Mollie account's options", () => {
  it.each([
    ["", /is empty/],
    ["access_abcdefghijklmnopqrstuvwxyz", /organization access token/],
    ["pk_onlyForTests000000000000", /must start with/],
    ["test_short", /copied whole/],
  ])("refuses the apiKey %j in words", (apiKey, words) => {
    expect(mollieConfig.safeParse({ apiKey }).error?.issues[0]?.message).toMatch(words)
  })

  it("needs nothing but a key, and takes the money at once", () => {
    const { apiKey } = sender.account.config
    expect(mollieConfig.parse({ apiKey })).toEqual({ apiKey, captureMode: "automatic" })
  })

  it("finds a key of the other mode, and a simulator of a live account", () => {
    const { config } = sender.account
    expect(checkMollieAccount({ id: "mollie", mode: "live", config })).toEqual([
      expect.stringMatching(/test key/),
    ])
    const live = { ...config, apiKey: "live_onlyForTestsMadeUp000000000", simulator: "http://127.0.0.1:1" }
    expect(checkMollieAccount({ id: "mollie", mode: "live", config: live })).toEqual([
      expect.stringMatching(/no simulator/),
    ])
  })
})

import { checkRazorpayAccount, razorpayConfig, type RazorpayConfig } from "../config"
import { sender } from "../recordings/sender"

const { webhookSecrets, keyId, keySecret } = sender.account.config
const check = (mode: "live" | "test", options: Partial<RazorpayConfig>) =>
  checkRazorpayAccount({ id: "razorpay", mode, config: razorpayConfig.parse({ webhookSecrets, ...options }) })

describe("a Razorpay account's options", () => {
  it("need nothing but a webhook secret, to receive only", () => {
    expect(razorpayConfig.parse({ webhookSecrets })).toEqual({
      webhookSecrets,
      expiresAfterMinutes: 1440,
      refundSpeed: "normal",
      settlementCurrency: "inr",
    })
    expect(check("live", {})).toEqual([])
  })

  it("find half a key, a key of the other mode and a simulator of a live account", () => {
    expect(check("test", { keyId })).toEqual([expect.stringMatching(/belong together/)])
    expect(check("live", { keyId, keySecret })).toEqual([expect.stringMatching(/test key/)])
    expect(check("live", { simulator: "http://127.0.0.1:1" })).toEqual([
      expect.stringMatching(/no simulator/),
    ])
  })

  it.each([
    [{ keyId: "rzp_onlyForTests" }, /must start with/],
    [{ accountId: "onlyForTests" }, /acc_/],
    [{ expiresAfterMinutes: 15 }, /more than 15 minutes/],
    [{ refundSpeed: "fast" }, /"normal" or "optimum"/],
    [{ webhookSecrets: ["123456"] }, /too short/],
  ])("refuse %j in words", (options, words) => {
    const { error } = razorpayConfig.safeParse({ webhookSecrets, ...options })
    expect(error?.issues[0]?.message).toMatch(words)
  })
})

import { checkStripeAccount, stripeConfig, type StripeConfig } from "../config"

const good = { webhookSecrets: ["whsec_onlyForTestsCurrent00000000000"] }

function issues(options: object): string[] {
  return stripeConfig.safeParse({ ...good, ...options }).error?.issues.map((issue) => issue.message) ?? []
}

describe("the options of a Stripe account", () => {
  it("needs no more than a signing secret", () => {
    expect(stripeConfig.parse(good)).toEqual({ ...good, captureMethod: "automatic" })
  })

  it.each([
    [{ apiKey: "" }, "is empty"],
    [{ apiKey: "pk_test_000000000000" }, "publishable key"],
    [{ apiKey: "whsec_000000000000" }, "belongs in webhookSecrets"],
    [{ apiKey: "sk_test_" }, "must start with"],
    [{ apiKey: " sk_test_000000000000" }, "must start with"],
    [{ webhookSecrets: ["sk_test_0000000000000000"] }, `must start with "whsec_"`],
    [{ webhookSecrets: [] }, "List the webhook signing secret"],
    [{ captureMethod: "later" }, `"automatic" or "manual"`],
    [{ paymentMethodTypes: [] }, "leave paymentMethodTypes out"],
    [{ paymentMethodTypes: ["Credit card"] }, "Stripe's way"],
    [{ expiresAfterMinutes: 5 }, "at least 30"],
    [{ expiresAfterMinutes: 5000 }, "at most 1440"],
    [{ simulator: "https://evil.example" }, "must be on this machine"],
  ])("refuses %j in a sentence that holds the fix", (options, words) => {
    expect(issues(options).join(" ")).toContain(words)
  })

  it("never repeats a key in what it says", () => {
    expect(issues({ apiKey: "pk_live_verysecret", webhookSecrets: ["verysecret"] }).join()).not.toContain(
      "verysecret"
    )
  })

  it.each([
    ["live", { apiKey: "sk_test_000000000000" }, [/test key.*mode is "live"/]],
    ["test", { apiKey: "rk_live_000000000000" }, [/live key.*mode is "test"/]],
    ["live", { simulator: "http://127.0.0.1:4000" }, [/live account has no simulator/]],
    ["live", { apiKey: "sk_live_000000000000" }, []],
    ["test", { apiKey: "rk_test_000000000000", simulator: "http://127.0.0.1:4000" }, []],
    ["live", {}, []],
  ] as const)("checks a %s account with %j", (mode, options, expected) => {
    const config: StripeConfig = stripeConfig.parse({ ...good, ...options })
    const found = checkStripeAccount({ id: "stripe", mode, config })
    expect(found).toHaveLength(expected.length)
    expected.forEach((pattern, index) => expect(found[index]).toMatch(pattern))
  })
})

import { adyenConfig, checkAdyenAccount, type AdyenConfig } from "../config"

const good = {
  merchantAccount: "OnlyForTestsECOM",
  hmacKeys: ["7E57000000000000000000000000000000000000000000000000000000007E57"],
}

function issues(options: object): string {
  const list = adyenConfig.safeParse({ ...good, ...options }).error?.issues ?? []
  return list.map((issue) => issue.message).join(" ")
}

describe("the options of an Adyen account", () => {
  it("needs no more than the merchant account and an HMAC key", () => {
    expect(adyenConfig.parse(good)).toEqual({ ...good, captureMethod: "automatic" })
  })

  it.each([
    [{ merchantAccount: undefined }, "merchantAccount is missing"],
    [{ merchantAccount: "Example:ECOM" }, `letters, digits, "_" and "-"`],
    [{ hmacKeys: [] }, "List the HMAC key"],
    [{ hmacKeys: ["7E57"] }, "must have 64 characters"],
    [{ hmacKeys: ["X".repeat(64)] }, "is not hex"],
    [{ basicAuth: ["only-a-password-1234"] }, `"name:password"`],
    [{ basicAuth: ["name:short0000".slice(0, 12)] }, "too short"],
    [{ apiKey: "short" }, "too short"],
    [{ livePrefix: "https://1797a841fbb37ca7-Example" }, "API URLs > Prefix"],
    [{ livePrefix: "evil.example/-a" }, "API URLs > Prefix"],
    [{ captureMethod: "later" }, `"automatic" or "manual"`],
    [{ paymentMethods: [] }, "leave paymentMethods out"],
    [{ countryCode: "nl" }, "two capital letters"],
    [{ shopperLocale: "Dutch" }, `"nl-NL"`],
    [{ expiresAfterMinutes: 1 }, "at least 5 minutes"],
    [{ expiresAfterMinutes: 200_000 }, "at most 100800"],
    [{ simulator: "https://evil.example" }, "must be on this machine"],
  ])("refuses %j in a sentence that holds the fix", (options, words) => {
    expect(issues(options)).toContain(words)
  })

  it("never repeats a secret in what it says", () => {
    const secrets = { hmacKeys: ["verysecret"], basicAuth: ["verysecret-verysecret"], apiKey: "verysecret" }
    expect(issues(secrets)).not.toContain("verysecret")
  })

  it.each([
    ["live", { apiKey: "only-for-tests-api-key-0000" }, [/needs livePrefix.*API URLs > Prefix/]],
    ["live", { apiKey: "only-for-tests-api-key-0000", livePrefix: "1797a841fbb37ca7-Example" }, []],
    ["live", {}, []],
    ["live", { simulator: "http://127.0.0.1:4000" }, [/no simulator/]],
    ["test", { apiKey: "only-for-tests-api-key-0000", simulator: "http://127.0.0.1:4000" }, []],
  ] as const)("checks a %s account with %j", (mode, options, expected) => {
    const config: AdyenConfig = adyenConfig.parse({ ...good, ...options })
    const found = checkAdyenAccount({ id: "adyen", mode, config })
    expect(found).toHaveLength(expected.length)
    expected.forEach((pattern, index) => expect(found[index]).toMatch(pattern))
  })
})

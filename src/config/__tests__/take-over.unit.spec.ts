import { ConfigurationError, readConfiguration } from "../configuration"

const publicUrl = "https://shop.example"
/** Test-only. */
const webhookSecrets = ["whsec_onlyForTests00000000000000"]

function takenOver(...takeOver: unknown[]) {
  const configuration = readConfiguration({ publicUrl, takeOver })
  return [...configuration.accounts.values()]
}

function mistakesOf(...takeOver: unknown[]): readonly string[] {
  try {
    takenOver(...takeOver)
  } catch (error) {
    if (error instanceof ConfigurationError) return error.mistakes
  }
  return []
}

describe("takeOver", () => {
  it.each(["stripe_stripe", "pp_stripe_stripe"])(
    "names a provider alone, as in %s: the provider reads",
    (name) => {
      expect(takenOver(name)).toMatchObject([
        {
          account: { id: "stripe_stripe", mode: "live", config: { provider: "pp_stripe_stripe" } },
          gateway: { id: "medusa-provider" },
          notifyUrl: "https://shop.example/hooks/payment/stripe_stripe",
          providerId: "pp_stripe_stripe",
          takenOver: true,
        },
      ])
    }
  )

  it("names a gateway beside the provider: the gateway reads, without what only starts payments", () => {
    const entry = { provider: "stripe_stripe", gateway: "stripe", mode: "test", webhookSecrets }
    expect(takenOver(entry)).toMatchObject([
      {
        account: { id: "stripe_stripe", mode: "test", config: { webhookSecrets } },
        gateway: { id: "stripe" },
        notifyUrl: "https://shop.example/hooks/payment/stripe_stripe",
        providerId: "pp_stripe_stripe",
        takenOver: true,
      },
    ])
  })

  it.each([
    ["secrets without a gateway to use them", { provider: "stripe_stripe", webhookSecrets }],
    ["a gateway without its secrets", { provider: "stripe_stripe", gateway: "stripe", mode: "test" }],
    ["a gateway that there is not", { provider: "stripe_stripe", gateway: "strip", mode: "test" }],
    ["a name that is no provider's", "stripe/stripe"],
  ])("refuses %s, in words", (_, entry) => {
    const mistakes = mistakesOf(entry)
    expect(mistakes).toHaveLength(1)
    expect(mistakes[0]).toMatch(/^Account "stripe[_/]stripe".*\.$/)
  })
})

import { readConfiguration } from "../../../../config/configuration"
import { secretHints } from "../secret-hints"

const webhookSecret = "whsec_test_only_of_the_hints_spec"
const apiKey = "sk_test_only_of_the_hints_spec"

const hintsOf = (options: Parameters<typeof readConfiguration>[0], id: string) =>
  secretHints(readConfiguration(options).accounts.get(id)!)

const own = (config: Record<string, unknown>) =>
  hintsOf(
    {
      publicUrl: "https://shop.example.com",
      accounts: { main: { gateway: "stripe", mode: "test", webhookSecrets: [webhookSecret], ...config } },
    } as Parameters<typeof readConfiguration>[0],
    "main"
  )

describe("what is said of an account's secrets", () => {
  it("is their end, where they are long enough, and never the rest", () => {
    expect(own({ apiKey })).toEqual([
      { name: "apiKey", is_set: true, is_missing: false, hints: ["…spec"] },
      { name: "webhookSecrets", is_set: true, is_missing: false, hints: ["…spec"] },
    ])
  })

  it("is that one is missing where no payment can be started without it", () => {
    expect(own({})[0]).toEqual({ name: "apiKey", is_set: false, is_missing: true, hints: [] })
  })

  it("is not that one is missing where another provider starts the payments", () => {
    const [key] = hintsOf(
      {
        publicUrl: "https://shop.example.com",
        takeOver: [
          { provider: "stripe_stripe", gateway: "stripe", mode: "test", webhookSecrets: [webhookSecret] },
        ],
      } as unknown as Parameters<typeof readConfiguration>[0],
      "stripe_stripe"
    )
    expect(key).toEqual({ name: "apiKey", is_set: false, is_missing: false, hints: [] })
  })

  it("is not that one is missing which nothing needs", () => {
    const hints = hintsOf(
      {
        publicUrl: "https://shop.example.com",
        accounts: {
          classic: { gateway: "paypal", mode: "test", receivers: ["shop@example.com"] },
        },
      } as Parameters<typeof readConfiguration>[0],
      "classic"
    )
    expect(hints).toEqual([{ name: "clientSecret", is_set: false, is_missing: false, hints: [] }])
  })
})

import { readConfiguration } from "../../../config/configuration"
import { standardWebhooksConfig } from "../config"

const good = {
  secrets: [`whsec_${Buffer.from("only-for-tests-standard-webhooks").toString("base64")}`],
  mapping: {
    kind: "type",
    events: { "payment.paid": "payment.captured" },
    reference: "data.metadata.session_id",
    gatewayPayment: "data.id",
    amount: "data.amount",
    unit: "minor",
    currency: "data.currency",
  },
}
const mapped = (change: object) => ({ mapping: { ...good.mapping, ...change } })
const events = (events: object) => mapped({ events })

function issues(options: object): string {
  const found = standardWebhooksConfig.safeParse({ ...good, ...options }).error?.issues ?? []
  return found.map((issue) => issue.message).join(" ")
}

describe("the options of an account with Standard Webhooks", () => {
  it("reads an event's meaning written short", () => {
    expect(standardWebhooksConfig.parse(good)).toMatchObject({
      headers: "webhook",
      mapping: { events: { "payment.paid": { as: "payment.captured" } } },
    })
  })

  it.each([
    [{ secrets: undefined }, "Set secrets (whsec_...), or publicKeys"],
    [{ secrets: [] }, "List the webhook signing secret"],
    [{ secrets: ["polar_whs_0123456789012345678901234567890123"] }, `must start with "whsec_"`],
    [{ secrets: ["whsec_dG9vc2hvcnQ="] }, "too short"],
    [{ publicKeys: [] }, "at least one public key"],
    [{ publicKeys: ["whpk_dG9vc2hvcnQ="] }, "32 bytes in base64"],
    [{ publicKeys: [good.secrets[0]] }, `starts with "whpk_"`],
    [{ headers: "stripe" }, `"webhook" or "svix"`],
    [mapped({ kind: undefined }), "Say in kind where the event's name stands"],
    [mapped({ kind: "$.type" }), `without "$"`],
    [mapped({ kind: [] }), "Say in kind where"],
    [mapped({ amount: "$.data.amount" }), `without "$"`],
    [mapped({ amount: "data..amount" }), "keys joined by points"],
    [mapped({ amount: "data amount" }), "without spaces"],
    [mapped({ unit: "cents" }), `"minor" (1050 is 10.50 EUR)`],
    [mapped({ unit: undefined }), `set unit to "minor" or "major"`],
    [mapped({ amount: undefined }), "payment.captured needs an amount"],
    [mapped({ reference: undefined }), "where our payment session id stands"],
    [mapped({ reference: undefined, gatewayPayment: undefined }), "needs to name its payment"],
    [mapped({ fixedCurrency: "€" }), "three letters"],
    [mapped({ minorDigits: { ISK: 2 } }), "small letters"],
    [mapped({ minorDigits: { isk: 9 } }), "At most 4 digits"],
    [mapped({ test: { at: "data.livemode" } }), "what stands there in test mode"],
    [events({}), "List in events"],
    [
      events({ "payment.paid": "payment.paid" }),
      "There is no such payment event. Choose one of payment.pending",
    ],
    [
      events({ "payment.paid": "payment.captured", refunded: "refund.succeeded" }),
      "needs the id of its refund",
    ],
    [events({ "payment.paid": "payment.captured", lost: "dispute.lost" }), "needs the id of its dispute"],
  ])("refuses %j in a sentence that holds the fix", (options, words) => {
    expect(issues(options)).toContain(words)
  })

  it("never repeats a secret in what it says", () => {
    expect(issues({ secrets: ["verysecret"], publicKeys: ["verysecret"] })).not.toContain("verysecret")
  })

  it("stops the boot of a store, naming the place of each mistake", () => {
    const account = {
      gateway: "standard-webhooks",
      mode: "live",
      ...good,
      mapping: {
        ...good.mapping,
        curency: "data.currency",
        events: {
          "payment.paid": "payment.captured",
          "refund.done": { as: "refund.succeeded", resourse: "data.id" },
        },
      },
    }
    const boot = () => readConfiguration({ publicUrl: "https://shop.example", accounts: { newpay: account } })
    expect(boot).toThrow(/Account "newpay" \(Standard Webhooks\).*`mapping`.*did you mean `currency`/)
    expect(boot).toThrow(/`mapping\.events\.refund\.done`.*did you mean `resource`/)
  })

  it("reads the webhooks of another payment provider", () => {
    const taken = { provider: "dodo_dodo", gateway: "standard-webhooks", mode: "test", ...good }
    const { accounts } = readConfiguration({ publicUrl: "https://shop.example", takeOver: [taken] })
    expect(accounts.get("dodo_dodo")).toMatchObject({
      providerId: "pp_dodo_dodo",
      notifyUrl: "https://shop.example/hooks/payment/dodo_dodo",
      account: { mode: "test" },
    })
  })
})

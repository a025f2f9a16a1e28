import { findGateway } from "../../../../gateways/find-gateway"
import { askable } from "../askable"

/** Test-only, made up. */
const secrets = { webhookSecrets: ["whsec_onlyForTestsAskable00000000"] }
const apiKey = "sk_test_onlyForTestsAskable0000"

function stripe(options: object, takenOver = false) {
  const gateway = findGateway("stripe")
  const account = { id: "stripe", mode: "test", config: gateway.config.parse(options) } as const
  return { account, gateway, takenOver, notifyUrl: "https://shop.example", providerId: "pp_stripe_stripe" }
}

it("an account without an API key is never asked, so that nothing waits for an answer", () => {
  expect(askable(stripe(secrets)).fetch).toBeUndefined()
  expect(askable(stripe(secrets, true)).fetch).toBeUndefined()
  expect(askable(stripe({ ...secrets, apiKey })).fetch).toBeInstanceOf(Function)
})

it("of a taken-over provider each payment is asked about, and never all that its gateway holds", () => {
  const taken = askable(stripe({ ...secrets, apiKey }, true))
  expect(taken.fetch).toBeInstanceOf(Function)
  expect(taken.list).toBeUndefined()
})

it("payments of a taken-over provider are not asked about where asking would take the buyer's money", () => {
  const own = stripe({ ...secrets, apiKey })
  const gateway = { ...own.gateway, operations: { ...own.gateway.operations!, completes: true } }
  expect(askable({ ...own, gateway }).fetch).toBeInstanceOf(Function)
  expect(askable({ ...own, gateway, takenOver: true })).toEqual({})
})

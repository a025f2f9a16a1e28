import { findGateway } from "../../../../gateways/find-gateway"
import { answering, askable } from "../askable"

/** Test-only, made up. */
const secrets = { webhookSecrets: ["whsec_onlyForTestsAskable00000000"] }
const apiKey = "sk_test_onlyForTestsAskable0000"

function stripe(options: object, takenOver = false) {
  const gateway = findGateway("stripe")
  const account = { id: "stripe", mode: "test", config: gateway.config.parse(options) } as const
  return { account, gateway, takenOver, notifyUrl: "https://shop.example", providerId: "pp_stripe_stripe" }
}

it("an account without an API key is never asked, so that nothing waits for an answer", () => {
  expect(answering(stripe(secrets)).fetch).toBeUndefined()
  expect(answering(stripe(secrets, true)).fetch).toBeUndefined()
  expect(answering(stripe({ ...secrets, apiKey })).fetch).toBeInstanceOf(Function)
})

it("payments of a taken-over provider are asked about only where their messages told their ids", () => {
  const taken = stripe({ ...secrets, apiKey }, true)
  expect(askable(taken).fetch).toBeUndefined()
  expect(answering(taken).fetch).toBeInstanceOf(Function)
})

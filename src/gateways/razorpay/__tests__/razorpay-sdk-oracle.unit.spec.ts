import fc from "fast-check"
import { validateWebhookSignature } from "razorpay/dist/utils/razorpay-utils"
import { createHmac } from "node:crypto"
import type { Message } from "../../gateway"
import { sender } from "../recordings/sender"
import { verifyRazorpaySignature } from "../verify"

const secret = "onlyForTestsCurrentWebhookSecret"
const previous = "onlyForTestsPreviousWebhookSecret"
const account = {
  ...sender.account,
  config: { ...sender.account.config, webhookSecrets: [secret, previous] },
}

function message(body: string, signature: string | undefined): Message {
  return {
    method: "POST",
    url: "https://shop.example/hooks/ipn/razorpay",
    query: "",
    headers: signature === undefined ? {} : { "x-razorpay-signature": signature },
    body: Buffer.from(body, "utf8"),
    ip: "203.0.113.7",
    receivedAt: new Date(),
  }
}

const weAccept = (body: string, signature: string) =>
  verifyRazorpaySignature(message(body, signature), account).kind === "proven"
const sdkAccepts = (body: string, signature: string) =>
  [secret, previous].some((one) => validateWebhookSignature(body, signature, one))
const sign = (body: string, by: string) => createHmac("sha256", by).update(body, "utf8").digest("hex")

const payload = fc.json({ maxDepth: 3 }).map((json) => `{"entity":"event","payload":${json}}`)

describe("Razorpay's own SDK and we judge signatures alike", () => {
  it("agree on the SDK's own vector", () => {
    // razorpay/razorpay-node test/utils/razorpay-utils.spec.js
    const [body, by] = ['{"a":1,"b":2,"c":{"d":3}}', "123456"]
    const signature = "2fe04e22977002e6c7cb553adab8b460cb9e2a4970d5953cb27a8472752e3bbc"
    expect(validateWebhookSignature(body, signature, by)).toBe(true)
    const config = { ...sender.account.config, webhookSecrets: [by] }
    const judged = (text: string) => verifyRazorpaySignature(message(body, text), { ...account, config }).kind
    expect([judged(signature), judged("sdfafds")]).toEqual(["proven", "refused"])
  })

  it("accept a signature of the current and of the previous secret, and say which", () => {
    fc.assert(
      fc.property(payload, fc.constantFrom(secret, previous), (body, by) => {
        expect(sdkAccepts(body, sign(body, by))).toBe(true)
        expect(verifyRazorpaySignature(message(body, sign(body, by)), account)).toEqual({
          kind: "proven",
          by: "hmac",
          covers: "body",
          keyId: by === secret ? "0" : "1",
        })
      })
    )
  })

  it("refuse a body or a signature of which any character was changed", () => {
    const change = (text: string, place: number, character: string) =>
      text.slice(0, place % text.length) + character + text.slice((place % text.length) + 1)
    fc.assert(
      fc.property(payload, fc.nat(), fc.constantFrom(..."0aAF =,x\u00e9"), (body, place, character) => {
        const good = sign(body, secret)
        for (const [text, signature] of [
          [change(body, place, character), good],
          [body, change(good, place, character)],
        ] as const) {
          if (text === body && signature === good) continue
          expect([weAccept(text, signature), sdkAccepts(text, signature)]).toEqual([false, false])
        }
      })
    )
  })

  it("differ where the SDK believes a signature made with an empty secret: we never do", () => {
    const body = '{"entity":"event"}'
    expect(validateWebhookSignature(body, sign(body, ""), "")).toBe(true)
    const config = { ...sender.account.config, webhookSecrets: [""] }
    expect(verifyRazorpaySignature(message(body, sign(body, "")), { ...account, config }).kind).toBe(
      "refused"
    )
  })
})

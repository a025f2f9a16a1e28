import fc from "fast-check"
import { SignatureValidator } from "mollie-api-typescript"
import type { Message } from "../../gateway"
import { sender } from "../recordings/sender"
import { verifyMollieMessage } from "../verify"

const secret = "onlyForTestsCurrentSigningSecret"
const previous = "onlyForTestsPreviousSigningSecret"
const account = {
  ...sender.account,
  config: { ...sender.account.config, webhookSecrets: [secret, previous] },
}

function message(body: string, signature: string | undefined): Message {
  return {
    method: "POST",
    url: "https://shop.example/hooks/ipn/mollie",
    query: "",
    headers: signature === undefined ? {} : { "x-mollie-signature": signature },
    body: Buffer.from(body, "utf8"),
    ip: "203.0.113.7",
    receivedAt: new Date(),
  }
}

/** What Mollie's SDK thinks of the same bytes: it says no by throwing, and `false` when there is no signature at all. */
async function sdkAccepts(body: string, signature: string | undefined): Promise<boolean> {
  const signatures = signature?.split(",").map((one) => one.trim())
  return new SignatureValidator([secret, previous]).validatePayload(body, signatures).catch(() => false)
}

function weAccept(body: string, signature: string | undefined): boolean {
  return verifyMollieMessage(message(body, signature), account).kind === "proven"
}

const payload = fc
  .json({ maxDepth: 3 })
  .map((entity) => `{"resource":"event","id":"event_1","type":"x","_embedded":{"entity":{"a":${entity}}}}`)

describe("Mollie's own SDK and we judge signatures alike", () => {
  it("accepts whatever Mollie's SDK signed, with the current and the previous secret", async () => {
    await fc.assert(
      fc.asyncProperty(
        payload,
        fc.constantFrom(secret, previous),
        fc.boolean(),
        async (body, by, prefixed) => {
          const signature = `${prefixed ? "sha256=" : ""}${await SignatureValidator.createSignature(body, by)}`
          expect(await sdkAccepts(body, signature)).toBe(true)
          expect(verifyMollieMessage(message(body, signature), account)).toEqual({
            kind: "proven",
            by: "hmac",
            covers: "body",
            keyId: by === secret ? "0" : "1",
          })
        }
      )
    )
  })

  it("accepts one matching signature among several, as during a rotation", async () => {
    const body = '{"resource":"event","_embedded":{"entity":{}}}'
    const good = await SignatureValidator.createSignature(body, secret)
    const several = `sha256=${"0".repeat(64)}, sha256=${good}`
    expect([await sdkAccepts(body, several), weAccept(body, several)]).toEqual([true, true])
  })

  it("refuses, as the SDK does, a body or a signature of which any character was changed", async () => {
    const change = (text: string, place: number, character: string) =>
      text.slice(0, place) + character + text.slice(place + 1)
    await fc.assert(
      fc.asyncProperty(
        payload,
        fc.nat(),
        fc.constantFrom(..."0aA =,x\u00e9"),
        async (body, place, character) => {
          const hex = await SignatureValidator.createSignature(body, secret)
          const otherBody = change(body, place % body.length, character)
          const otherHex = change(hex, place % hex.length, character)
          for (const [text, signature] of [
            [otherBody, hex],
            [body, otherHex],
          ] as const) {
            if (text === body && signature === hex) continue
            const judged = [
              weAccept(text, `sha256=${signature}`),
              await sdkAccepts(text, `sha256=${signature}`),
            ]
            expect(judged).toEqual([false, false])
          }
        }
      )
    )
  })

  it("accepts nothing with another secret, and nothing without a signature", async () => {
    const body = '{"resource":"event","_embedded":{"entity":{}}}'
    const foreign = await SignatureValidator.createSignature(body, "somebodyElsesSigningSecret000000")
    expect([weAccept(body, foreign), await sdkAccepts(body, foreign)]).toEqual([false, false])
    expect([weAccept(body, undefined), await sdkAccepts(body, undefined)]).toEqual([false, false])
  })

  it("accepts no signature at all where the account has no signing secret", async () => {
    const body = '{"resource":"event","_embedded":{"entity":{}}}'
    const { webhookSecrets: _, ...config } = sender.account.config
    for (const by of [secret, "undefined"]) {
      const signed = message(body, `sha256=${await SignatureValidator.createSignature(body, by)}`)
      expect(verifyMollieMessage(signed, { ...account, config }).kind).toBe("refused")
    }
  })
})

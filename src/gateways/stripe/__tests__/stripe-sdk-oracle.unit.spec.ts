import fc from "fast-check"
import Stripe from "stripe"
import type { Message } from "../../gateway"
import { verifyStripeSignature } from "../signature"
import { sender } from "../recordings/sender"

const secret = "whsec_onlyForTestsCurrent00000000000"
const other = "whsec_onlyForTestsPrevious0000000000"
const account = { ...sender.account, config: { ...sender.account.config, webhookSecrets: [secret] } }
const stripe = new Stripe("sk_test_onlyForTests0000000000")
const now = Date.parse("2026-01-15T10:30:00.000Z")
const seconds = now / 1000

function message(payload: string, header: string | undefined, receivedAt = now): Message {
  return {
    method: "POST",
    url: "https://shop.example/hooks/ipn/stripe",
    query: "",
    headers: header === undefined ? {} : { "stripe-signature": header },
    body: Buffer.from(payload, "utf8"),
    ip: "203.0.113.7",
    receivedAt: new Date(receivedAt),
  }
}

function sdkHeader(payload: string, timestamp = seconds, with_ = secret, scheme?: string): string {
  return stripe.webhooks.generateTestHeaderString({
    payload,
    secret: with_,
    timestamp,
    ...(scheme ? { scheme } : {}),
  })
}

/** What Stripe's SDK thinks of the same bytes at the same time; it says no by throwing, not always its own error. */
function sdkAccepts(of: Message, with_ = secret): boolean {
  const header = of.headers["stripe-signature"] ?? ""
  try {
    stripe.webhooks.constructEvent(
      Buffer.from(of.body),
      header,
      with_,
      300,
      undefined,
      of.receivedAt.getTime()
    )
    return true
  } catch {
    return false
  }
}

function weAccept(of: Message): boolean {
  return verifyStripeSignature(of, account).kind === "proven"
}

const json = fc.json({ maxDepth: 3 }).map((text) => `{"id":"evt_1","object":"event","data":${text}}`)

describe("Stripe's own SDK and we judge alike", () => {
  it("accepts whatever Stripe's SDK signed", () => {
    fc.assert(
      fc.property(json, fc.integer({ min: -299, max: 299 }), (payload, age) => {
        const signed = message(payload, sdkHeader(payload, seconds - age))
        expect(verifyStripeSignature(signed, account)).toEqual({
          kind: "proven",
          by: "hmac",
          covers: "body",
          sentAt: new Date((seconds - age) * 1000),
          keyId: "0",
        })
        expect(sdkAccepts(signed)).toBe(true)
      })
    )
  })

  it("refuses, as the SDK does, a signed body of which any character was changed", () => {
    fc.assert(
      fc.property(json, fc.nat(), fc.constantFrom(" ", "0", "x", "\u00e9"), (payload, place, character) => {
        const at = place % payload.length
        const changed = payload.slice(0, at) + character + payload.slice(at + 1)
        fc.pre(changed !== payload && isJson(changed))
        const forged = message(changed, sdkHeader(payload))
        expect([weAccept(forged), sdkAccepts(forged)]).toEqual([false, false])
      })
    )
  })

  it("refuses, as the SDK does, a header of which any character was changed to another", () => {
    const payload = '{"id":"evt_1"}'
    const header = sdkHeader(payload)
    fc.assert(
      fc.property(
        fc.nat({ max: header.length - 1 }),
        fc.constantFrom(..."0123456789abcdefABCDEF,=vt x"),
        (place, character) => {
          const changed = header.slice(0, place) + character + header.slice(place + 1)
          fc.pre(changed !== header)
          const forged = message(payload, changed)
          expect([weAccept(forged), sdkAccepts(forged)]).toEqual([false, false])
        }
      ),
      { numRuns: 1000 }
    )
  })

  it("accepts nothing that the SDK refuses, whatever the header", () => {
    const payload = '{"id":"evt_1"}'
    const good = sdkHeader(payload).split(",")[1] ?? ""
    const item = fc.oneof(
      fc.constantFrom(
        `t=${seconds}`,
        `t=0${seconds}`,
        `t=+${seconds}`,
        `t=${seconds}.0`,
        `t=${seconds - 600}`,
        good,
        good.toUpperCase(),
        ` ${good}`,
        `${good}=`,
        `${good}0`,
        good.replace("v1", "v0"),
        good.replace("v1", "v2"),
        "v1=",
        "v1",
        "t=",
        ""
      ),
      fc.string({ maxLength: 12 })
    )
    let accepted = 0
    fc.assert(
      fc.property(fc.option(fc.constant(`t=${seconds}`)), fc.array(item, { maxLength: 3 }), (time, items) => {
        const guess = message(payload, (time ? [time, ...items] : items).join(","))
        if (!weAccept(guess)) return true
        accepted++
        return sdkAccepts(guess)
      }),
      { numRuns: 3000 }
    )
    expect(accepted).toBeGreaterThan(10)
  })

  it.each([
    ["missing", undefined],
    ["missing", ""],
    ["missing", `t=${seconds}`],
    ["missing", `t=${seconds},v0=${"0".repeat(64)}`],
    ["malformed", " "],
    ["malformed", "v1=abc"],
    ["malformed", `t=${seconds},t=${seconds},v1=abc`],
    ["malformed", `t=abc,v1=abc`],
    ["malformed", `t=-5,v1=abc`],
    ["malformed", "x".repeat(5000)],
    ["malformed", `t=${seconds},v1=`],
    ["mismatch", `t=${seconds},v1=zz`],
    ["mismatch", `t=${seconds},v1=${"0".repeat(64)}`],
    ["mismatch", `t=${seconds},v1=${"0".repeat(66)}`],
  ])("refuses as %s the header %p, as the SDK does", (why, header) => {
    const forged = message('{"id":"evt_1"}', header)
    expect(verifyStripeSignature(forged, account)).toEqual({ kind: "refused", why })
    expect(sdkAccepts(forged)).toBe(false)
  })

  it("refuses a header that was sent twice", () => {
    const payload = '{"id":"evt_1"}'
    const twice = message(payload, `${sdkHeader(payload)}, ${sdkHeader(payload)}`)
    expect(verifyStripeSignature(twice, account)).toEqual({ kind: "refused", why: "malformed" })
  })

  it("refuses the test scheme v0 with a right signature, as the SDK does", () => {
    const payload = '{"id":"evt_1"}'
    const forged = message(payload, sdkHeader(payload, seconds, secret, "v0"))
    expect(verifyStripeSignature(forged, account)).toEqual({ kind: "refused", why: "missing" })
    expect(sdkAccepts(forged)).toBe(false)
  })

  it.each([
    [300, "proven", true],
    [301, "stale", false],
    [86_400, "stale", false],
    [-300, "proven", true],
  ])("judges a message %i s old as %s, as the SDK does", (age, verdict, sdk) => {
    const payload = '{"id":"evt_1"}'
    const old = message(payload, sdkHeader(payload, seconds - age))
    const judged = verifyStripeSignature(old, account)
    expect(judged.kind === "refused" ? judged.why : judged.kind).toBe(verdict)
    expect(sdkAccepts(old)).toBe(sdk)
  })

  it("refuses a message from the future, which the SDK lets pass", () => {
    const payload = '{"id":"evt_1"}'
    const future = message(payload, sdkHeader(payload, seconds + 301))
    expect(verifyStripeSignature(future, account)).toEqual({ kind: "refused", why: "stale" })
    expect(sdkAccepts(future)).toBe(true)
  })

  it("accepts both signatures of a rotation, by either secret, and says which", () => {
    const payload = '{"id":"evt_1"}'
    const both = `${sdkHeader(payload, seconds, other)},${sdkHeader(payload).split(",")[1]}`
    const rotating = { ...account, config: { ...account.config, webhookSecrets: [other, secret] } }
    expect(verifyStripeSignature(message(payload, both), account)).toMatchObject({ keyId: "0" })
    expect(sdkAccepts(message(payload, both))).toBe(true)
    expect(sdkAccepts(message(payload, both), other)).toBe(true)
    expect(verifyStripeSignature(message(payload, sdkHeader(payload)), rotating)).toMatchObject({
      keyId: "1",
    })
  })

  it("refuses what the SDK signed with another secret", () => {
    const payload = '{"id":"evt_1"}'
    const forged = message(payload, sdkHeader(payload, seconds, other))
    expect(verifyStripeSignature(forged, account)).toEqual({ kind: "refused", why: "mismatch" })
  })
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

import { createPrivateKey, sign } from "node:crypto"
import fc from "fast-check"
import { Webhook } from "standardwebhooks"
import type { Message } from "../../gateway"
import type { StandardWebhooksAccount, StandardWebhooksConfig } from "../config"
import { sender } from "../recordings/sender"
import { verifyStandardWebhook } from "../signature"

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
const other = `whsec_${Buffer.from("only-for-tests-another-secret000").toString("base64")}`
const now = new Date("2026-01-15T10:30:00.000Z")
const seconds = now.getTime() / 1000

function account(config: Partial<StandardWebhooksConfig> = {}): StandardWebhooksAccount {
  const { mapping } = sender.account.config
  return { id: "any", mode: "test", config: { secrets: [secret], headers: "webhook", mapping, ...config } }
}

function message(payload: string, headers: Record<string, string>, receivedAt = now): Message {
  return {
    method: "POST",
    url: "https://shop.example/hooks/ipn/any",
    query: "",
    headers,
    body: Buffer.from(payload),
    ip: "203.0.113.7",
    receivedAt,
  }
}

function signed(payload: string, at = now, id = "msg_1", by = secret): Record<string, string> {
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": new Webhook(by).sign(id, at, payload),
  }
}

/** What the specification's own package thinks; its clock is stopped at ours. */
function packageAccepts(payload: string, headers: Record<string, string>): boolean {
  try {
    new Webhook(secret).verify(payload, headers, { jsonParse: false })
    return true
  } catch {
    return false
  }
}

const weAccept = (payload: string, headers: Record<string, string>) =>
  verifyStandardWebhook(message(payload, headers), account()).kind === "proven"

describe("the specification's own package and we judge alike", () => {
  beforeEach(() => jest.spyOn(Date, "now").mockReturnValue(now.getTime()))
  afterEach(() => jest.restoreAllMocks())

  it("accepts the vector of its libraries", () => {
    // standard-webhooks/standard-webhooks, libraries/go/webhook_test.go
    const headers = {
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    const vector = message('{"test": 2432232314}', headers, new Date(1614265330_000))
    expect(verifyStandardWebhook(vector, account())).toEqual({
      kind: "proven",
      by: "hmac",
      covers: "body",
      sentAt: new Date(1614265330_000),
      keyId: "0",
    })
  })

  it("accepts whatever it signed, and refuses, as it does, what was changed", () => {
    const id = fc.stringMatching(/^[A-Za-z0-9_.-]{1,40}$/)
    fc.assert(
      fc.property(
        fc.json(),
        id,
        fc.nat(),
        fc.constantFrom("0", " ", "}", "é"),
        (payload, name, place, character) => {
          const headers = signed(payload, now, name)
          expect([weAccept(payload, headers), packageAccepts(payload, headers)]).toEqual([true, true])
          const at = place % (payload.length + 1)
          const changed = payload.slice(0, at) + character + payload.slice(at + 1)
          fc.pre(changed !== payload)
          expect([weAccept(changed, headers), packageAccepts(changed, headers)]).toEqual([false, false])
          const renamed = { ...headers, "webhook-id": `${name}x` }
          expect([weAccept(payload, renamed), packageAccepts(payload, renamed)]).toEqual([false, false])
        }
      )
    )
  })

  it("accepts nothing that it refuses, whatever the headers", () => {
    const payload = '{"type":"payment.succeeded"}'
    const good = signed(payload)["webhook-signature"] ?? ""
    const item = fc.oneof(
      fc.constant(good),
      fc.constantFrom(
        good,
        good.replace("v1,", "v1a,"),
        good.replace("v1,", "v2,"),
        `${good}=`,
        "v1,",
        "v1",
        "",
        "v1,!"
      ),
      fc.string({ maxLength: 12 })
    )
    const time = fc.constantFrom(
      String(seconds),
      String(seconds),
      `0${seconds}`,
      `+${seconds}`,
      `${seconds}.5`,
      String(seconds - 900),
      ""
    )
    let accepted = 0
    fc.assert(
      fc.property(
        fc.array(item, { maxLength: 4 }),
        time,
        fc.constantFrom("msg_1", "msg_2", ""),
        (items, at, id) => {
          const headers = { "webhook-id": id, "webhook-timestamp": at, "webhook-signature": items.join(" ") }
          if (!weAccept(payload, headers)) return true
          accepted++
          return packageAccepts(payload, headers)
        }
      ),
      { numRuns: 2000 }
    )
    expect(accepted).toBeGreaterThan(10)
  })

  it.each([
    [-301, false],
    [-300, true],
    [300, true],
    [301, false],
  ])("judges a message signed %i seconds from now alike", (off, accepted) => {
    const headers = signed("{}", new Date(now.getTime() + off * 1000))
    expect([weAccept("{}", headers), packageAccepts("{}", headers)]).toEqual([accepted, accepted])
  })
})

describe("signatures", () => {
  it.each(["webhook-id", "webhook-timestamp", "webhook-signature"])("are missing without %s", (name) => {
    const { [name]: _, ...headers } = signed("{}")
    expect(verifyStandardWebhook(message("{}", headers), account())).toEqual({
      kind: "refused",
      why: "missing",
    })
  })

  it("may be several: one must match, by either secret of a rotation", () => {
    const list = [
      "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=",
      "v2,x",
      signed("{}")["webhook-signature"] ?? "",
    ]
    const headers = { ...signed("{}"), "webhook-signature": list.join(" ") }
    expect(verifyStandardWebhook(message("{}", headers), account())).toMatchObject({ keyId: "0" })
    const rotating = account({ secrets: [other, secret] })
    expect(verifyStandardWebhook(message("{}", headers), rotating)).toMatchObject({ keyId: "1" })
    expect(verifyStandardWebhook(message("{}", headers), account({ secrets: [other] })).kind).toBe("refused")
  })

  it("are refused when a header was sent twice", () => {
    const headers = signed("{}")
    const twice = { ...headers, "webhook-id": "msg_1, msg_1" }
    expect(verifyStandardWebhook(message("{}", twice), account())).toEqual({
      kind: "refused",
      why: "malformed",
    })
  })

  it("stand in headers of another name where the sender names them so", () => {
    const headers = Object.fromEntries(
      Object.entries(signed("{}")).map(([name, value]) => [name.replace("webhook-", "svix-"), value])
    )
    expect(verifyStandardWebhook(message("{}", headers), account({ headers: "svix" })).kind).toBe("proven")
    expect(verifyStandardWebhook(message("{}", headers), account())).toEqual({
      kind: "refused",
      why: "missing",
    })
  })
})

describe("Ed25519", () => {
  // RFC 8032, section 7.1, TEST 1: a secret key, its public key, and the signature of nothing.
  const seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
  const publicHex = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
  const signatureOfNothing =
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
  const privateKey = createPrivateKey({
    key: Buffer.from(`302e020100300506032b657004220420${seed}`, "hex"),
    format: "der",
    type: "pkcs8",
  })
  const publicKey = `whpk_${Buffer.from(publicHex, "hex").toString("base64")}`
  const other = `whpk_${Buffer.alloc(32, 1).toString("base64")}`
  const payload = '{"type":"payment.succeeded"}'
  const v1a = (text: string) => `v1a,${sign(null, Buffer.from(text), privateKey).toString("base64")}`
  const headers = {
    "webhook-id": "msg_1",
    "webhook-timestamp": String(seconds),
    "webhook-signature": v1a(`msg_1.${seconds}.${payload}`),
  }
  const asymmetric = (publicKeys: string[]): StandardWebhooksAccount => {
    const { secrets: _, ...config } = account().config
    return { id: "any", mode: "test", config: { ...config, publicKeys } }
  }

  it("signs here as the RFC says", () => {
    expect(sign(null, Buffer.alloc(0), privateKey).toString("hex")).toBe(signatureOfNothing)
  })

  it("is believed by the public key of the RFC, and says which key it was", () => {
    expect(verifyStandardWebhook(message(payload, headers), asymmetric([other, publicKey]))).toMatchObject({
      kind: "proven",
      by: "ed25519",
      covers: "body",
      keyId: "1",
    })
  })

  it.each([
    ["another body", { ...headers, "webhook-signature": v1a(`msg_1.${seconds}.{}`) }],
    ["another id", { ...headers, "webhook-signature": v1a(`msg_2.${seconds}.${payload}`) }],
    [
      "the other scheme",
      { ...headers, "webhook-signature": headers["webhook-signature"].replace("v1a", "v1") },
    ],
    ["half a signature", { ...headers, "webhook-signature": headers["webhook-signature"].slice(0, 50) }],
  ])("is refused with %s", (_, forged) => {
    expect(verifyStandardWebhook(message(payload, forged), asymmetric([publicKey])).kind).toBe("refused")
  })

  it.each([[[other]], [[]], [[""]], [["whpk_"]], [[publicHex]], [[undefined as unknown as string]]])(
    "is refused with the keys %j",
    (keys) => {
      expect(verifyStandardWebhook(message(payload, headers), asymmetric(keys)).kind).toBe("refused")
    }
  )

  it("is never mistaken for an HMAC whose secret is the public key", () => {
    const bytes = Buffer.from(publicHex, "hex").toString("base64")
    const forged = signed(payload, now, "msg_1", bytes)
    const named = {
      ...forged,
      "webhook-signature": forged["webhook-signature"]?.replace("v1,", "v1a,") ?? "",
    }
    for (const one of [forged, named]) {
      expect(verifyStandardWebhook(message(payload, one), asymmetric([publicKey])).kind).toBe("refused")
    }
  })
})

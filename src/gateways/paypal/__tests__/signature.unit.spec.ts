import { generateKeyPairSync } from "node:crypto"
import { crc32 as zipCrc32 } from "node:zlib"
import fc from "fast-check"
import type { Account, ConfirmIo, HttpRequest, HttpResponse, Message } from "../../gateway"
import paypal from "../index"
import type { PaypalConfig } from "../options"
import { checkCertificate } from "../rest/certificate"
import { crc32 } from "../rest/crc32"
import { signers } from "../rest/hosts"
import { intermediates, roots } from "../rest/trusted-issuers"
import { makeCertificate } from "../simulator/make-certificate"
import { makeSigner, signHeaders } from "../simulator/signing"
import { signedByPaypal, type SignedByPaypal } from "./signed-by-paypal"

const base: PaypalConfig = {
  clientId: "test-only-paypal-client-id",
  clientSecret: "test-only-paypal-client-secret",
  webhookIds: ["7TESTONLY00000001"],
  paymentAction: "sale",
}
const accountOf = (mode: "live" | "test", more: Partial<PaypalConfig> = {}): Account<PaypalConfig> => ({
  id: "paypal",
  mode,
  config: { ...base, ...more },
})

function messageOf(signed: SignedByPaypal, more: Partial<Message> = {}): Message {
  return {
    method: "POST",
    url: "https://shop.example/hooks/ipn/paypal",
    query: "",
    headers: {
      "content-type": "application/json",
      "paypal-transmission-id": signed.transmissionId,
      "paypal-transmission-time": signed.transmissionTime,
      "paypal-transmission-sig": signed.signature,
      "paypal-cert-url": signed.certificateUrl,
      "paypal-auth-algo": "SHA256withRSA",
    },
    body: Buffer.from(signed.body),
    ip: "173.0.81.140",
    receivedAt: new Date(signed.transmissionTime),
    ...more,
  }
}

type Answers = Readonly<Record<string, () => HttpResponse>>
const answer = (status: number, body = ""): HttpResponse => ({ status, headers: {}, body: Buffer.from(body) })

function ioOf(answers: Answers, calls: HttpRequest[] = []): ConfirmIo {
  return {
    now: () => new Date(),
    remember: (_key, _forMs, make) => make(),
    expected: async () => undefined,
    askProvider: async () => undefined,
    request: async (request) => {
      calls.push(request)
      const found = Object.entries(answers).find(([part]) => request.url.includes(part))
      if (!found) throw new Error(`nobody answers ${request.url}`)
      return found[1]()
    },
  }
}

describe.each(signedByPaypal)("$says, signed by PayPal itself", (signed) => {
  const account = accountOf(signed.mode, { webhookIds: ["7TESTONLY00000001", signed.webhookId] })
  const io = () => ioOf({ "/certs/": () => answer(200, signed.certificate) })
  const confirm = (message: Message, of = account, by = io()) => paypal.confirm?.(message, of, by)

  it("is believed with the certificate that PayPal served, without asking PayPal", async () => {
    expect(paypal.verify(messageOf(signed), account)).toEqual({ kind: "unproven", why: "unknown-key" })
    const calls: HttpRequest[] = []
    const by = ioOf({ "/certs/": () => answer(200, signed.certificate) }, calls)
    await expect(confirm(messageOf(signed), account, by)).resolves.toEqual({ kind: "confirmed", events: [] })
    expect(calls.map(({ url }) => url)).toEqual([signed.certificateUrl])
  })

  it("is denied with any changed byte, for another webhook, another id or another time", async () => {
    for (const at of [0, 40, signed.body.length - 1]) {
      const body = Buffer.from(signed.body)
      body[at] = (body[at] ?? 0) ^ 1
      await expect(confirm(messageOf(signed, { body }))).resolves.toMatchObject({ kind: "denied" })
    }
    await expect(confirm(messageOf(signed), accountOf(signed.mode))).resolves.toMatchObject({
      kind: "denied",
    })
    const { headers } = messageOf(signed)
    for (const [name, value] of [
      ["paypal-transmission-id", "69cd13f0-d67a-11e5-baa3-778b53f4ae55"],
      ["paypal-transmission-time", signed.transmissionTime.replace("T1", "T0")],
    ] as const) {
      const changed = messageOf(signed, { headers: { ...headers, [name]: value } })
      await expect(confirm(changed)).resolves.toMatchObject({ kind: "denied" })
    }
  })

  it("has a certificate that chains to DigiCert's root, is PayPal's, and was valid then", () => {
    const trust = { host: signers[signed.mode], at: new Date(signed.transmissionTime), roots, intermediates }
    expect(checkCertificate(signed.certificate, trust).kind).toBe("trusted")
    const other = signed.mode === "live" ? "test" : "live"
    for (const wrong of [
      { host: signers[other] },
      { host: "paypal.com" },
      { roots: roots.slice(1) },
      { intermediates: [] },
      { at: new Date("2014-01-01T00:00:00Z") },
      { at: new Date("2026-11-22T00:00:00Z") },
    ]) {
      expect({ wrong, ...checkCertificate(signed.certificate, { ...trust, ...wrong }) }).toMatchObject({
        kind: "unusable",
      })
    }
  })
})

describe("a certificate", () => {
  const at = new Date("2026-06-01T00:00:00Z")
  const { pem } = makeSigner()
  const root = `${pem.trim().split(/(?<=-----END CERTIFICATE-----)\n/)[1]}`
  const trust = { host: signers.test, at, roots: [root], intermediates: [] }
  const pair = (bits = 2048) => generateKeyPairSync("rsa", { modulusLength: bits })

  it("is trusted under its own root only, never under a root that it brings along", () => {
    expect(checkCertificate(pem, trust).kind).toBe("trusted")
    expect(checkCertificate(pem, { ...trust, roots })).toMatchObject({ kind: "unusable" })
  })

  it("is not used when it is weak, an issuer, or issued by one that may issue nothing", () => {
    const issuer = pair()
    const from = new Date("2026-01-01T00:00:00Z")
    const to = new Date("2027-01-01T00:00:00Z")
    const by = { name: "Test-only Root CA", privateKey: issuer.privateKey }
    const rootPem = makeCertificate({
      name: by.name,
      publicKey: issuer.publicKey,
      issuer: by,
      isIssuer: true,
      from,
      to,
    })
    const make = (key = pair(), more: object = {}) =>
      makeCertificate({
        name: "x",
        host: signers.test,
        publicKey: key.publicKey,
        issuer: by,
        from,
        to,
        ...more,
      })
    const check = (one: string) => checkCertificate(one, { ...trust, roots: [rootPem] })
    expect(check(make())).toMatchObject({ kind: "trusted" })
    expect(check(make(pair(1024)))).toMatchObject({ why: "its key is too weak" })
    expect(check(make(pair(), { isIssuer: true }))).toMatchObject({ kind: "unusable" })
    const middle = pair()
    const middlePem = make(middle)
    const under = make(pair(), { issuer: { name: "x", privateKey: middle.privateKey } })
    expect(check(`${under}${middlePem}`)).toMatchObject({ kind: "unusable" })
    expect(check(make(pair(), { to: new Date("2026-02-01T00:00:00Z") }))).toMatchObject({ kind: "unusable" })
  })

  it("that is none is not used, and nothing is thrown", () => {
    for (const junk of [
      "",
      "no",
      "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
      "x".repeat(9999),
    ])
      expect(checkCertificate(junk, trust).kind).toBe("unusable")
  })
})

describe("before anything is fetched", () => {
  const [live] = signedByPaypal as [SignedByPaypal]
  const verdict = (headers: Record<string, string>, account = accountOf("live"), receivedAt?: Date) => {
    const message = messageOf(live)
    return paypal.verify(
      { ...message, headers: { ...message.headers, ...headers }, ...(receivedAt ? { receivedAt } : {}) },
      account
    )
  }

  it.each([
    "https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1",
    "https://api.paypal.com@evil.example/v1/notifications/certs/CERT-1",
    "https://evil.example/v1/notifications/certs/CERT-1",
    "http://api.paypal.com/v1/notifications/certs/CERT-1",
    "https://api.paypal.com:444/v1/notifications/certs/CERT-1",
    "https://api.paypal.com/v1/notifications/certs/../../x/CERT-1",
    "https://api.paypal.com/v1/notifications/certs/CERT-1?next=https://evil.example",
    "https://api.paypal.com/v1/notifications/certs/CERT-1#x",
    "https://API.paypal.com/v1/notifications/certs/CERT-1",
    "https://www.paypal.com/v1/notifications/certs/CERT-1",
    "http://127.0.0.1:4243/v1/notifications/certs/CERT-1",
  ])("refuses a certificate at %s", (url) => {
    expect(verdict({ "paypal-cert-url": url })).toEqual({ kind: "refused", why: "mismatch" })
  })

  it("refuses the sandbox's certificates in a live account, and a simulator's in every other", () => {
    const sandbox = "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1"
    expect(verdict({ "paypal-cert-url": sandbox })).toEqual({ kind: "refused", why: "wrong-account" })
    expect(verdict({ "paypal-cert-url": sandbox }, accountOf("test"))).toMatchObject({ kind: "unproven" })
    const simulator = "http://127.0.0.1:4243"
    const there = { "paypal-cert-url": `${simulator}/v1/notifications/certs/CERT-1` }
    expect(verdict(there, accountOf("test", { simulator }))).toMatchObject({ kind: "unproven" })
    expect(verdict(there, accountOf("test"))).toMatchObject({ kind: "refused" })
    expect(verdict(there, accountOf("live", { simulator }))).toMatchObject({ kind: "refused" })
  })

  it("refuses other algorithms, short signatures, missing headers and bars in them", () => {
    expect(verdict({ "paypal-auth-algo": "SHA1withRSA" })).toEqual({ kind: "refused", why: "weak" })
    expect(verdict({ "paypal-transmission-sig": "AAAA" })).toEqual({ kind: "refused", why: "weak" })
    expect(verdict({ "paypal-transmission-sig": "no base64!" })).toEqual({
      kind: "refused",
      why: "malformed",
    })
    expect(verdict({ "paypal-transmission-id": "a|b" })).toEqual({ kind: "refused", why: "malformed" })
    expect(verdict({ "paypal-transmission-time": "2024-07-30|T10" })).toEqual({
      kind: "refused",
      why: "malformed",
    })
    for (const name of ["id", "time", "sig"])
      expect(verdict({ [`paypal-transmission-${name}`]: "" })).toEqual({ kind: "refused", why: "missing" })
  })

  it("refuses what is older than 31 days or from the future", () => {
    const after = (days: number) => new Date(new Date(live.transmissionTime).getTime() + days * 86_400_000)
    expect(verdict({}, undefined, after(30)).kind).toBe("unproven")
    expect(verdict({}, undefined, after(32))).toEqual({ kind: "refused", why: "stale" })
    expect(verdict({}, undefined, after(-1))).toEqual({ kind: "refused", why: "stale" })
  })

  it("refuses JSON where only classic messages are set up, and forms where only an app is", () => {
    const classic: Account<PaypalConfig> = {
      id: "paypal",
      mode: "live",
      config: { receivers: ["shop@example.com"], paymentAction: "sale" },
    }
    expect(verdict({}, classic)).toEqual({ kind: "refused", why: "wrong-account" })
    const form = { "content-type": "application/x-www-form-urlencoded" }
    expect(verdict(form)).toEqual({ kind: "refused", why: "wrong-account" })
    expect(verdict({ "content-type": "text/plain" })).toEqual({ kind: "refused", why: "malformed" })
  })
})

describe("when the certificate cannot be used", () => {
  const [live] = signedByPaypal as [SignedByPaypal]
  const account = accountOf("live", { webhookIds: ["7TESTONLY00000001", "7TESTONLY00000002"] })
  const token = () => answer(200, JSON.stringify({ access_token: "test-only-token" }))
  const says = (status: string) => () => answer(200, JSON.stringify({ verification_status: status }))

  it.each([
    ["is not there", () => answer(404)],
    ["is no certificate", () => answer(200, "<html>")],
    ["is made by somebody else", () => answer(200, makeSigner(signers.live).pem)],
  ])("because it %s, PayPal is asked with the very bytes, for each webhook", async (_, certificate) => {
    for (const [status, kind] of [
      ["SUCCESS", "confirmed"],
      ["FAILURE", "denied"],
    ] as const) {
      const calls: HttpRequest[] = []
      const io = ioOf(
        { "/certs/": certificate, "/oauth2/token": token, "/verify-webhook-signature": says(status) },
        calls
      )
      await expect(paypal.confirm?.(messageOf(live), account, io)).resolves.toMatchObject({ kind })
      const asked = calls.filter(({ url }) => url.endsWith("/verify-webhook-signature"))
      expect(asked).toHaveLength(status === "SUCCESS" ? 1 : 2)
      expect(asked[0]?.url).toBe("https://api-m.paypal.com/v1/notifications/verify-webhook-signature")
      expect(String(asked[0]?.body).endsWith(`"webhook_event":${live.body}}`)).toBe(true)
      expect(JSON.parse(String(asked[0]?.body))).toMatchObject({ webhook_id: "7TESTONLY00000001" })
    }
  })

  it.each([
    ["a resource of another shape", '{"id":"WH-1","event_type":"PAYMENT.CAPTURE.COMPLETED","resource":{}}'],
    [
      "an approved order of another shape",
      '{"id":"WH-1","event_type":"CHECKOUT.ORDER.APPROVED","resource":{}}',
    ],
    ["no JSON", "<xml/>"],
  ])(
    "and PayPal says that it is its own, it waits for a person where nobody can read it: %s",
    async (_, body) => {
      const io = ioOf({
        "/certs/": () => answer(404),
        "/oauth2/token": token,
        "/verify-webhook-signature": says("SUCCESS"),
      })
      const message = messageOf(live, { body: Buffer.from(body) })
      await expect(paypal.confirm?.(message, account, io)).resolves.toMatchObject({ kind: "unreadable" })
    }
  )

  it("and PayPal cannot be asked either, it is tried again", async () => {
    for (const answers of [
      { "/certs/": () => answer(503) },
      { "/certs/": () => answer(404), "/oauth2/token": () => answer(503) },
      {
        "/certs/": () => answer(404),
        "/oauth2/token": token,
        "/verify-webhook-signature": () => answer(429),
      },
      { "/certs/": () => answer(404), "/oauth2/token": token, "/verify-webhook-signature": says("MAYBE") },
    ] as Answers[]) {
      await expect(paypal.confirm?.(messageOf(live), account, ioOf(answers))).rejects.toThrow()
    }
  })
})

it("never believes a forger who has a signature of his own, whatever certificate he names", async () => {
  const forger = makeSigner(signers.live)
  const body = Buffer.from('{"id":"WH-1","event_type":"PAYMENT.CAPTURE.COMPLETED","resource":{}}')
  const at = new Date("2026-06-01T00:00:00Z")
  const about = { id: "69cd13f0", at, webhookId: "7TESTONLY00000001", host: "https://api.paypal.com" }
  const headers = { "content-type": "application/json", ...signHeaders(forger, body, about) }
  const message = { ...messageOf(signedByPaypal[0] as SignedByPaypal), headers, body, receivedAt: at }
  const io = ioOf({
    "/certs/": () => answer(200, forger.pem),
    "/oauth2/token": () => answer(200, JSON.stringify({ access_token: "test-only-token" })),
    "/verify-webhook-signature": () => answer(200, JSON.stringify({ verification_status: "FAILURE" })),
  })
  await expect(paypal.confirm?.(message, accountOf("live"), io)).resolves.toMatchObject({ kind: "denied" })
})

it("computes the CRC-32 that zip computes, and the one of PayPal's SDK", () => {
  expect(crc32(Buffer.from(signedByPaypal[1]?.body ?? ""))).toBe(2771810304)
  fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => crc32(bytes) === zipCrc32(bytes)))
})

describe("the options", () => {
  const said = (config: object) =>
    paypal.config.safeParse(config).error?.issues.map(({ message }) => message) ?? []

  it("are an app, classic receivers, or both", () => {
    const receivers = ["shop@example.com"]
    for (const good of [base, { receivers }, { ...base, receivers }]) expect(said(good)).toEqual([])
    expect(said({})[0]).toMatch(/neither an app nor receivers/)
    expect(said({ clientId: base.clientId, receivers })[0]).toMatch(/belong together/)
  })

  it("refuse the webhook ID of PayPal's webhooks simulator, with which anybody can sign", () => {
    expect(said({ ...base, webhookIds: ["WEBHOOK_ID"] })[0]).toMatch(/10 to 50 letters and digits/)
  })
})

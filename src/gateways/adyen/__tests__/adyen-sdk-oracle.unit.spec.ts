import { CheckoutAPI, Client, EnvironmentEnum } from "@adyen/api-library"
import HmacValidator from "@adyen/api-library/lib/src/utils/hmacValidator"
import type { NotificationRequestItem } from "@adyen/api-library/lib/src/typings/notification/notificationRequestItem"
import fc from "fast-check"
import type { HttpRequest, Io, Message } from "../../gateway"
import type { AdyenAccount } from "../config"
import { adyenOperations } from "../operations"
import { parseAdyenMessage } from "../parse"
import { sender } from "../recordings/sender"
import { verifyAdyenMessage } from "../signature"

const key = "DFB1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00"
const account: AdyenAccount = {
  ...sender.account,
  config: { ...sender.account.config, merchantAccount: "merchantAccount", hmacKeys: [key] },
}
const sdk = new HmacValidator()

type Item = Record<string, unknown> & { additionalData?: Record<string, string> }

function message(...items: Item[]): Message {
  const notificationItems = items.map((item) => ({ NotificationRequestItem: item }))
  return {
    method: "POST",
    url: "https://shop.example/hooks/ipn/adyen",
    query: "",
    headers: {},
    body: Buffer.from(JSON.stringify({ live: "false", notificationItems })),
    ip: "203.0.113.7",
    receivedAt: new Date("2026-01-15T10:30:00.000Z"),
  }
}

function sdkAccepts(item: Item): boolean {
  try {
    return sdk.validateHMAC(item as unknown as NotificationRequestItem, key)
  } catch {
    return false
  }
}

const weAccept = (item: Item) => verifyAdyenMessage(message(item), account).kind === "proven"

/** The vector of Adyen/adyen-node-api-library, src/__tests__/hmacValidator.spec.ts. */
const vector: Item = {
  pspReference: "pspReference",
  originalReference: "originalReference",
  merchantAccountCode: "merchantAccount",
  merchantReference: "reference",
  amount: { currency: "EUR", value: 1000 },
  eventCode: "CAPTURE",
  eventDate: "1970-01-01T00:00:00.000Z",
  paymentMethod: "VISA",
  reason: "reason",
  success: "true",
  additionalData: { hmacSignature: "xhpHvYq2u2Np0rstbZ6QjLGu7JWhvf7Iwaa6EviJSX0=" },
}

describe("Adyen's own SDK and we judge an item alike", () => {
  it("accepts the SDK's published vector and reads it", () => {
    expect(verifyAdyenMessage(message(vector), account)).toEqual({
      kind: "proven",
      by: "hmac",
      covers: "fields",
      keyId: "0",
    })
    expect(parseAdyenMessage(message(vector), account)).toMatchObject([
      {
        type: "payment.captured",
        gatewayPayment: "originalReference",
        money: { amount: "10.00", currency: "eur" },
      },
    ])
  })

  const text = fc.string({ unit: "grapheme-ascii", maxLength: 20 })
  const item = fc.record(
    {
      pspReference: text,
      originalReference: fc.option(text),
      merchantAccountCode: text,
      merchantReference: fc.string({ unit: "grapheme", maxLength: 20 }),
      amount: fc.record({ value: fc.integer({ min: 0 }), currency: fc.constantFrom("EUR", "JPY", "KWD") }),
      eventCode: fc.constantFrom("AUTHORISATION", "CAPTURE", "REFUND", "REPORT_AVAILABLE", "SOMETHING_NEW"),
      success: fc.constantFrom("true", "false"),
    },
    {
      requiredKeys: [
        "pspReference",
        "merchantAccountCode",
        "merchantReference",
        "amount",
        "eventCode",
        "success",
      ],
    }
  )

  it("accepts whatever the SDK signed, also where fields are missing or null", () => {
    fc.assert(
      fc.property(item, (unsigned) => {
        const hmacSignature = sdk.calculateHmac(unsigned as unknown as NotificationRequestItem, key)
        const signed: Item = { ...unsigned, additionalData: { hmacSignature } }
        expect([weAccept(signed), sdkAccepts(signed)]).toEqual([true, true])
      })
    )
  })

  it("refuses, as the SDK does, an item of which a signed field was changed", () => {
    const fields = [
      "pspReference",
      "originalReference",
      "merchantAccountCode",
      "merchantReference",
      "eventCode",
    ]
    fc.assert(
      fc.property(fc.constantFrom(...fields), text, (field, value) => {
        fc.pre(vector[field] !== value && value !== "")
        const forged = { ...vector, [field]: value }
        expect([weAccept(forged), sdkAccepts(forged)]).toEqual([false, false])
      })
    )
    for (const forged of [
      { ...vector, success: "false" },
      { ...vector, amount: { currency: "EUR", value: 1001 } },
      { ...vector, amount: { currency: "USD", value: 1000 } },
    ]) {
      expect([weAccept(forged), sdkAccepts(forged)]).toEqual([false, false])
    }
  })

  it.each([
    "",
    "notValidSign",
    "xhpHvYq2u2Np0rstbZ6QjLGu7JWhvf7Iwaa6EviJSX0",
    `${vector.additionalData?.hmacSignature} `,
  ])("refuses the signature %p", (hmacSignature) => {
    expect(weAccept({ ...vector, additionalData: { hmacSignature } })).toBe(false)
  })

  it("refuses what the SDK accepts with a key that is empty, short or not hex", () => {
    for (const bad of ["", "not hex at all", "00"]) {
      const hmacSignature = sdk.calculateHmac(vector as unknown as NotificationRequestItem, bad)
      const forged = message({ ...vector, additionalData: { hmacSignature } })
      expect(sdk.validateHMAC({ ...vector, additionalData: { hmacSignature } } as never, bad)).toBe(true)
      const careless = { ...account, config: { ...account.config, hmacKeys: [bad] } }
      expect(verifyAdyenMessage(forged, careless).kind).toBe("refused")
    }
  })
})

describe("Adyen's own SDK and we ask the same of Adyen", () => {
  const mine = "PL61C53A8B97E6915A"
  const payment = "QFQTPCQ8HXSKGK82"
  const money = { amount: "10.50", currency: "eur" }
  const expected = { reference: "payses_1", money, gatewayPayments: [mine, payment] }
  const link = {
    id: mine,
    url: "https://test.adyen.link/PL1",
    status: "active",
    amount: { value: 1050, currency: "EUR" },
  }

  async function ours(ask: (io: Io) => Promise<unknown>, answer: object): Promise<HttpRequest | undefined> {
    const asked: HttpRequest[] = []
    await ask({
      now: () => new Date("2026-01-15T10:30:00.000Z"),
      remember: (_key, _forMs, make) => make(),
      request: async (request) => {
        asked.push(request)
        return { status: 201, headers: {}, body: Buffer.from(JSON.stringify(answer)) }
      },
    })
    return asked[0]
  }

  /** What the SDK sends for the same wish, caught before it leaves. */
  async function theirs(ask: (api: CheckoutAPI) => Promise<unknown>, answer: object, live = false) {
    const asked: {
      url: string
      method: string | undefined
      body: unknown
      idempotency: string | undefined
    }[] = []
    const client = new Client({
      apiKey: "x",
      environment: live ? EnvironmentEnum.LIVE : EnvironmentEnum.TEST,
      ...(live ? { liveEndpointUrlPrefix: "1797a841fbb37ca7-Example" } : {}),
    })
    client.httpClient = {
      request: async (url, body, _config, _isApiKeyNeeded, options) => {
        const { method, idempotencyKey } = options ?? {}
        asked.push({
          url,
          method,
          body: body ? JSON.parse(String(body)) : undefined,
          idempotency: idempotencyKey,
        })
        return JSON.stringify(answer)
      },
    }
    await ask(new CheckoutAPI(client))
    return asked[0]
  }

  const received = { pspReference: "993617895215577D", status: "received" }
  const change = { expected, money, key: "capt_1" }
  const { merchantAccount } = account.config

  it.each([
    [
      "a payment link",
      (io: Io) =>
        adyenOperations.create(
          {
            reference: "payses_1",
            money,
            notifyUrl: "https://shop.example/hooks/ipn/adyen",
            returnUrl: "https://shop.example/done",
            cancelUrl: "https://shop.example/cart",
            email: "buyer@example.com",
            description: "Order 17",
          },
          account,
          io
        ),
      (api: CheckoutAPI) =>
        api.PaymentLinksApi.paymentLinks({
          merchantAccount,
          reference: "payses_1",
          amount: { value: 1050, currency: "EUR" },
          returnUrl: "https://shop.example/done",
          manualCapture: true,
          description: "Order 17",
          shopperEmail: "buyer@example.com",
        }),
      link,
    ],
    [
      "a capture",
      (io: Io) => adyenOperations.capture?.(change, account, io) ?? Promise.resolve(),
      (api: CheckoutAPI) =>
        api.ModificationsApi.captureAuthorisedPayment(payment, {
          merchantAccount,
          reference: "payses_1",
          amount: { value: 1050, currency: "EUR" },
        }),
      received,
    ],
    [
      "a refund",
      (io: Io) => adyenOperations.refund?.(change, account, io) ?? Promise.resolve(),
      (api: CheckoutAPI) =>
        api.ModificationsApi.refundCapturedPayment(payment, {
          merchantAccount,
          reference: "payses_1",
          amount: { value: 1050, currency: "EUR" },
        }),
      received,
    ],
    [
      "a cancellation",
      (io: Io) => adyenOperations.cancel?.(change, account, io) ?? Promise.resolve(),
      (api: CheckoutAPI) =>
        api.ModificationsApi.cancelAuthorisedPaymentByPspReference(payment, {
          merchantAccount,
          reference: "payses_1",
        }),
      received,
    ],
    [
      "the state of a link",
      (io: Io) =>
        adyenOperations.fetch?.({ ...expected, gatewayPayments: [mine] }, account, io) ?? Promise.resolve(),
      (api: CheckoutAPI) => api.PaymentLinksApi.getPaymentLink(mine),
      link,
    ],
  ])("asks for %s", async (_, weAsk, theyAsk, answer) => {
    const our = await ours(weAsk, answer)
    const their = await theirs(theyAsk, answer)
    expect(our).toBeDefined()
    expect({ method: our?.method, url: our?.url }).toEqual({ method: their?.method, url: their?.url })
    expect(our?.body ? JSON.parse(String(our.body)) : undefined).toEqual(their?.body)
    expect(our?.headers?.["x-api-key"]).toBe(account.config.apiKey)
    if (our?.method === "POST") expect(our.headers?.["idempotency-key"]).toMatch(/^[0-9a-f]{64}$/)
  })

  it("finds a live account at the same address", async () => {
    const live: AdyenAccount = {
      ...account,
      mode: "live",
      config: { ...account.config, livePrefix: "1797a841fbb37ca7-Example" },
    }
    const our = await ours((io) => adyenOperations.fetch?.(expected, live, io) ?? Promise.resolve(), link)
    const their = await theirs((api) => api.PaymentLinksApi.getPaymentLink(mine), link, true)
    expect(our?.url).toBe(their?.url)
  })
})

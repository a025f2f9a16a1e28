import fc from "fast-check"
import { exponentOf } from "../../../domain/money"
import { GatewayRefusedError, type ConfirmIo, type HttpRequest, type Message } from "../../gateway"
import gateway from "../index"
import { sender } from "../recordings/sender"

const { account } = sender

function classic(body: string, headers: Record<string, string> = {}): Message {
  return {
    method: "POST",
    url: "https://shop.example/hooks/ipn/mollie",
    query: "",
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    body: Buffer.from(body),
    ip: "203.0.113.7",
    receivedAt: new Date(),
  }
}

function answering(answer: unknown, asked: HttpRequest[] = [], status = 200): ConfirmIo {
  return {
    now: () => new Date(),
    remember: (_key, _forMs, make) => make(),
    expected: async () => undefined,
    askProvider: async () => undefined,
    async request(request) {
      asked.push(request)
      return { status, headers: {}, body: Buffer.from(JSON.stringify(answer)) }
    },
  }
}

const payment = (amount: unknown) => ({
  resource: "payment",
  id: "tr_1",
  mode: "test",
  status: "paid",
  amount,
  metadata: { ipn_reference: "payses_1" },
  createdAt: "2026-01-15T10:00:00+00:00",
  paidAt: "2026-01-15T10:30:00+00:00",
})

describe("Mollie's classic webhook", () => {
  it.each([
    "tr_../balances",
    "tr_1/refunds",
    "tr_1?x=1",
    "tr_",
    "TR_1",
    "tr_1%2f..",
    "tr_1&id=tr_2",
    "tr_1&a=b",
    "{}",
  ])("asks nothing for %s", (id) => expect(gateway.verify(classic(`id=${id}`), account).kind).toBe("refused"))

  it("is answered 200 for ids that are known, unknown or of other objects, so that a stranger learns nothing", () => {
    for (const id of ["tr_known", "tr_unknown", "ord_1", "sub_1", "pl_1"]) {
      const message = classic(`id=${id}`)
      const verdict = gateway.verify(message, account)
      const receipt =
        verdict.kind === "refused"
          ? ({ kind: "refused", why: verdict.why } as const)
          : ({ kind: "stored" } as const)
      expect(gateway.acknowledge?.(receipt, message, account)).toEqual({ status: 200 })
    }
  })

  it("answers a forged signature 401", () => {
    const message = classic("id=tr_1", { "x-mollie-signature": `sha256=${"0".repeat(64)}` })
    expect(gateway.verify(message, account).kind).toBe("refused")
    expect(gateway.acknowledge?.({ kind: "refused", why: "mismatch" }, message, account)?.status).toBe(401)
  })

  it("is believed for what Mollie answers, whatever else the message says", async () => {
    const io = answering(payment({ value: "10.00", currency: "EUR" }))
    const plain = await gateway.confirm?.(classic("id=tr_1"), account, io)
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.string()), fc.string(), async (headers, query) => {
        const message = { ...classic("id=tr_1", headers), query, headers: { ...headers } }
        expect(await gateway.confirm?.(message, account, io)).toEqual(plain)
      })
    )
  })

  it("asks Mollie's own host with our key, and for nothing but the payment", async () => {
    const asked: HttpRequest[] = []
    await gateway.confirm?.(
      classic("id=tr_1"),
      account,
      answering(payment({ value: "1.00", currency: "EUR" }), asked)
    )
    expect(asked).toMatchObject([
      {
        method: "GET",
        url: "https://api.mollie.com/v2/payments/tr_1?embed=captures,refunds,chargebacks",
        headers: { authorization: `Bearer ${account.config.apiKey}` },
      },
    ])
  })

  it("waits while our key is refused: a message is never denied for that", async () => {
    const io = answering({ status: 401, title: "Unauthorized Request", detail: "no" }, [], 401)
    await expect(gateway.confirm?.(classic("id=tr_1"), account, io)).rejects.toThrow(/apiKey/)
  })

  it.each(["nginx", {}])("denies nothing for a 404 that Mollie did not word: %j", async (body) => {
    await expect(gateway.confirm?.(classic("id=tr_1"), account, answering(body, [], 404))).rejects.toThrow()
  })

  it.each([408, 409, 429, 500, 503])("takes %i for an outage, whatever is said", async (status) => {
    const io = answering({ status, title: "Later", detail: "Come again." }, [], status)
    const error = await Promise.resolve(gateway.confirm?.(classic("id=tr_1"), account, io)).catch(
      (error: unknown) => error
    )
    expect(error).toEqual(new Error(`Mollie answered ${status}`))
    expect(error).not.toBeInstanceOf(GatewayRefusedError)
  })

  it("reads amounts with none, two and three digits exactly", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("JPY", "ISK", "EUR", "HUF", "KWD"),
        fc.nat(),
        async (currency, units) => {
          const digits = exponentOf(currency)
          const text = String(units).padStart(digits + 1, "0")
          const value = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`
          const confirmation = await gateway.confirm?.(
            classic("id=tr_1"),
            account,
            answering(payment({ value, currency }))
          )
          const [event] = confirmation?.kind === "confirmed" ? confirmation.events : []
          expect(event?.money).toEqual({ amount: value, currency: currency.toLowerCase() })
        }
      )
    )
  })

  it.each(["10.001", "1e3", "10,00", " 10.00", "NaN", ""])("reads no amount from %j", async (value) => {
    const io = answering(payment({ value, currency: "EUR" }))
    await expect(gateway.confirm?.(classic("id=tr_1"), account, io)).rejects.toThrow()
  })
})

import fc from "fast-check"
import type { PaymentEvent } from "../../../domain/payment-event"
import type { Message } from "../../gateway"
import { standardWebhooksConfig } from "../config"
import gateway from "../index"

const secrets = [`whsec_${Buffer.from("only-for-tests-standard-webhooks").toString("base64")}`]

function read(mapping: object, body: unknown, mode: "live" | "test" = "live"): readonly PaymentEvent[] {
  const config = standardWebhooksConfig.parse({ secrets, mapping })
  const message: Message = {
    method: "POST",
    url: "https://shop.example/hooks/ipn/any",
    query: "",
    headers: { "webhook-id": "msg_1" },
    body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
    ip: "203.0.113.7",
    receivedAt: new Date("2026-01-15T10:30:00.000Z"),
  }
  return gateway.parse(message, { id: "any", mode, config })
}

const common = {
  kind: "type",
  reference: "data.reference",
  gatewayPayment: "data.id",
  amount: "data.amount",
  unit: "minor",
  currency: "data.currency",
}
const paid = {
  ...common,
  events: { paid: "payment.captured", refunded: { as: "refund.succeeded", resource: "data.refund" } },
}
const message = (data: object, type = "paid") => ({
  type,
  data: { reference: "payses_1", id: "pay_1", amount: 4200, currency: "EUR", ...data },
})

describe("a mapping", () => {
  it("says what each of the gateway's events means, with one id for every try to deliver it", () => {
    expect(read(paid, message({}))).toEqual([
      {
        key: "msg_1",
        type: "payment.captured",
        test: false,
        reference: "payses_1",
        gatewayPayment: "pay_1",
        money: { amount: "42.00", currency: "eur" },
      },
    ])
  })

  it("reads nothing of names that it does not list, not even those that every object has", () => {
    for (const type of ["order.created", "constructor", "toString", "hasOwnProperty"]) {
      expect(read(paid, message({}, type))).toEqual([])
    }
  })

  it("joins the name from two places", () => {
    const mapping = {
      ...common,
      kind: ["type", "data.status"],
      events: { "payment:paid": "payment.captured" },
    }
    expect(read(mapping, message({ status: "paid" }, "payment"))).toMatchObject([
      { type: "payment.captured" },
    ])
    expect(read(mapping, message({ status: "open" }, "payment"))).toEqual([])
    expect(() => read(mapping, message({}, "payment"))).toThrow("there is nothing at data.status")
  })

  it("lets an event say otherwise than the rest", () => {
    const mapping = {
      ...common,
      events: {
        paid: "payment.captured",
        refunded: { as: "refund.succeeded", resource: "refund.id", amount: "refund.total", unit: "major" },
      },
    }
    const body = { ...message({}, "refunded"), refund: { id: "re_1", total: "-5.5" } }
    expect(read(mapping, body)).toMatchObject([
      { type: "refund.succeeded", resource: "re_1", money: { amount: "5.50", currency: "eur" } },
    ])
  })

  it("reads places in lists, and nothing that the message does not hold itself", () => {
    const mapping = { ...paid, reference: "data.items.1.ref" }
    expect(read(mapping, message({ items: [{}, { ref: "payses_2" }] }))).toMatchObject([
      { reference: "payses_2" },
    ])
    const [event] = read({ ...paid, reference: "data.constructor.name" }, message({}))
    expect(event).not.toHaveProperty("reference")
  })
})

describe("amounts", () => {
  const value = fc.bigInt({ min: 0n, max: 10n ** 18n })
  const currencies = fc.constantFrom(["jpy", 0] as const, ["eur", 2] as const, ["kwd", 3] as const)

  it("are read exactly, as numbers and as text, in minor and in major units", () => {
    fc.assert(
      fc.property(value, currencies, fc.boolean(), (units, [currency, digits], asText) => {
        const text = units.toString().padStart(digits + 1, "0")
        const whole = text.slice(0, text.length - digits)
        const amount = digits === 0 ? whole : `${whole}.${text.slice(-digits)}`
        for (const [unit, written] of [
          ["minor", units.toString()],
          ["major", amount],
        ] as const) {
          const json = JSON.stringify(message({ amount: "AMOUNT", currency })).replace(
            '"AMOUNT"',
            asText ? `"${written}"` : written
          )
          expect(read({ ...paid, unit }, json)[0]?.money).toEqual({ amount, currency })
        }
      })
    )
  })

  it.each([
    ["minor", "42.5"],
    ["minor", "4e2"],
    ["minor", "-4200"],
    ["major", "42.001"],
    ["major", "4e2"],
    ["major", "-42.00"],
    ["major", "42,00"],
  ])("in %s units are not guessed from %p", (unit, amount) => {
    expect(() => read({ ...paid, unit }, message({ amount }))).toThrow(RangeError)
  })

  it("follow a gateway that writes a currency with other digits, or none at all", () => {
    const mapping = { ...paid, minorDigits: { isk: 2, idr: 0 } }
    expect(read(mapping, message({ amount: 50000, currency: "ISK" }))[0]?.money?.amount).toBe("500")
    expect(read(mapping, message({ amount: 500, currency: "IDR" }))[0]?.money?.amount).toBe("500.00")
    expect(() => read(mapping, message({ amount: 50050, currency: "ISK" }))).toThrow(RangeError)
    const { currency: _, ...without } = paid
    expect(read({ ...without, fixedCurrency: "CHF" }, message({}))[0]?.money).toEqual({
      amount: "42.00",
      currency: "chf",
    })
  })

  it.each([
    ["amount", message({ amount: null })],
    ["currency", message({ currency: null })],
    ["refund", message({}, "refunded")],
  ])("and ids that a message cannot be without are never left out: %s", (_, body) => {
    expect(() => read(paid, body)).toThrow(/there is nothing at data\./)
  })

  it("tell fees apart", () => {
    const mapping = {
      ...common,
      events: { paid: { as: "payment.captured", fee: "data.fee" }, charged: "fee" },
    }
    expect(read(mapping, message({ fee: 35 }))).toMatchObject([
      { fee: { amount: "0.35" }, money: { amount: "42.00" } },
    ])
    const [fee] = read(mapping, message({ amount: -35 }, "charged"))
    expect(fee).toMatchObject({ type: "fee", fee: { amount: "0.35", currency: "eur" } })
    expect(fee).not.toHaveProperty("money")
  })
})

describe("times and modes", () => {
  it.each([
    ["2026-01-15T11:30:00+01:00", "2026-01-15T10:30:00.000Z"],
    ["2026-01-15T10:30:00.123456Z", "2026-01-15T10:30:00.123Z"],
    [1768473000, "2026-01-15T10:30:00.000Z"],
    ["1768473000.250", "2026-01-15T10:30:00.250Z"],
    [1768473000250, "2026-01-15T10:30:00.250Z"],
  ])("reads %p as %s", (time, iso) => {
    expect(read({ ...paid, time: "time" }, { ...message({}), time })[0]?.occurredAt).toEqual(new Date(iso))
  })

  it.each(["2026-01-15T10:30:00", "yesterday", "15.01.2026", 12, "9999999999999999"])(
    "does not guess %p",
    (time) => {
      expect(() => read({ ...paid, time: "time" }, { ...message({}), time })).toThrow(RangeError)
    }
  )

  it.each([
    ["live", undefined, false],
    ["test", undefined, true],
    ["live", { at: "data.livemode", is: false }, false],
    ["live", { at: "data.env", is: "sandbox" }, true],
    ["test", { at: "data.nowhere", is: true }, false],
  ] as const)("of a %s account with %j is test: %s", (mode, test, expected) => {
    const body = message({ livemode: true, env: "sandbox" })
    expect(read(test ? { ...paid, test } : paid, body, mode)[0]?.test).toBe(expected)
  })
})

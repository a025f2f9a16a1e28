import fc from "fast-check"
import { fold, type Facts } from "../../../domain/fold"
import type { PaymentEvent } from "../../../domain/payment-event"
import type { Message } from "../../gateway"
import type { AdyenAccount, AdyenConfig } from "../config"
import adyen from "../index"
import { sender } from "../recordings/sender"

type Item = Record<string, unknown>

const account = (config: Partial<AdyenConfig> = {}, mode: "live" | "test" = "test"): AdyenAccount => ({
  id: "adyen",
  mode,
  config: { ...sender.account.config, ...config },
})

function item(eventCode: string, more: Item = {}): Item {
  return {
    pspReference: "QFQTPCQ8HXSKGK82",
    merchantAccountCode: "OnlyForTestsECOM",
    merchantReference: "payses_1",
    amount: { value: 4200, currency: "EUR" },
    eventCode,
    eventDate: "2026-01-15T11:30:00+01:00",
    reason: "",
    success: "true",
    ...more,
  }
}

function unsigned(items: Item[], live: unknown = "false"): Message {
  const notificationItems = items.map((one) => ({ NotificationRequestItem: one }))
  return {
    method: "POST",
    url: "https://shop.example/hooks/ipn/adyen",
    query: "",
    headers: {},
    body: Buffer.from(JSON.stringify({ live, notificationItems })),
    ip: "203.0.113.7",
    receivedAt: new Date("2026-01-15T10:30:00.000Z"),
  }
}

const signed = (items: Item[], live: unknown = "false", to = account()) =>
  sender.sign(unsigned(items, live), to, new Date(0))

function read(items: Item[], to = account(), headers: Record<string, string> = {}): readonly PaymentEvent[] {
  const message = { ...signed(items), headers }
  expect(adyen.verify(message, to)).toMatchObject({ kind: "proven", covers: "fields" })
  return adyen.parse(message, to)
}

const change = (eventCode: string, own: string, more: Item = {}) =>
  item(eventCode, { pspReference: own, originalReference: "QFQTPCQ8HXSKGK82", ...more })
const facts = (items: Item[], to = account()): Facts => fold(items.flatMap((one) => read([one], to)))
const eur = (amount: string) => ({ amount, currency: "eur" })

describe("an item that is not for this account", () => {
  it.each([
    ["test", "true"],
    ["live", "false"],
  ] as const)("is refused by a %s account when it says live: %s", (mode, live) => {
    const verdict = adyen.verify(signed([item("AUTHORISATION")], live), account({}, mode))
    expect(verdict).toEqual({ kind: "refused", why: "wrong-account" })
  })

  it("names the merchant account that got the money", () => {
    const events = read([item("AUTHORISATION", { merchantAccountCode: "SomebodyElseECOM" })])
    expect(events).toMatchObject([{ otherReceiver: "SomebodyElseECOM" }])
  })
})

describe("a batch", () => {
  const good = item("AUTHORISATION")
  const forged = { ...item("CAPTURE"), additionalData: { hmacSignature: "A".repeat(43) + "=" } }

  it("is read item by item: what is not signed is left out and sinks nothing", () => {
    const message = signed([good])
    const body = JSON.parse(Buffer.from(message.body).toString()) as { notificationItems: unknown[] }
    body.notificationItems.push({ NotificationRequestItem: forged }, { NotificationRequestItem: 5 }, {})
    const mixed = { ...message, body: Buffer.from(JSON.stringify(body)) }
    expect(adyen.verify(mixed, account())).toMatchObject({ kind: "proven" })
    expect(adyen.parse(mixed, account())).toEqual(adyen.parse(message, account()))
  })

  it("is refused when no item is signed", () => {
    expect(adyen.verify(unsigned([forged]), account())).toEqual({ kind: "refused", why: "mismatch" })
    expect(adyen.verify(unsigned([good]), account())).toEqual({ kind: "refused", why: "missing" })
    expect(adyen.verify(unsigned([]), account())).toEqual({ kind: "refused", why: "malformed" })
  })

  it("says each thing once", () => {
    expect(read([good, good])).toHaveLength(1)
  })
})

it("leaves to a person where a colon lets one signature stand for two items", () => {
  // What a stranger who may choose a reference gets signed, and how he would have it read.
  const bought = item("AUTHORISATION", { merchantReference: "payses_1:1:EUR:AUTHORISATION:true" })
  expect(() => read([bought])).toThrow(/colon/)
  expect(read([bought, item("AUTHORISATION")])).toHaveLength(1)
})

describe("what the signature does not cover", () => {
  const codes = [
    "AUTHORISATION",
    "CAPTURE",
    "CANCELLATION",
    "CANCEL_OR_REFUND",
    "REFUND",
    "CHARGEBACK",
    "EXPIRE",
  ].concat([
    "SECOND_CHARGEBACK",
    "DISPUTE_DEFENSE_PERIOD_ENDED",
    "MANUAL_REVIEW_ACCEPT",
    "PENDING",
    "OFFER_CLOSED",
  ])

  it("changes no fact, whatever stands there", () => {
    const value = fc.oneof(fc.string(), fc.constantFrom("true", "refund", "cancel", "Lost", "Won"))
    const name = fc.constantFrom(
      "modification.action",
      "fraudManualReview",
      "disputeStatus",
      "defensePeriodEndsAt"
    )
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...codes), { minLength: 1, maxLength: 4 }),
        fc.record({
          eventDate: fc.oneof(
            fc.string(),
            fc.date({ noInvalidDate: true }).map((date) => date.toISOString())
          ),
          paymentMethod: fc.string(),
          operations: fc.array(fc.string()),
          somethingNew: fc.jsonValue().filter((json) => !JSON.stringify(json).includes("__proto__")),
        }),
        fc.dictionary(name, value),
        (kinds, fields, additionalData) => {
          const plain = kinds.map((code, index) => change(code, `CHANGE${index}`))
          const changed = plain.map((one) => ({ ...one, ...fields, additionalData }))
          expect(facts(changed)).toEqual(facts(plain))
        }
      )
    )
  })

  it("is no reason to believe that Adyen refunded rather than cancelled", () => {
    const reversed = change("CANCEL_OR_REFUND", "REVERSAL00000001", {
      additionalData: { "modification.action": "refund" },
    })
    expect(facts([item("AUTHORISATION"), reversed])).toMatchObject({
      authorized: [eur("42.00")],
      refunded: [],
    })
  })
})

describe("basic authentication", () => {
  const secured = account({ basicAuth: ["test-only-new:password-2", "test-only-old:password-1"] })
  const basic = (pair: string) => ({ authorization: `Basic ${Buffer.from(pair).toString("base64")}` })
  const known = basic("test-only-new:password-2")

  it.each([
    ["missing", {}],
    ["mismatch", basic("test-only-new:password-1")],
    ["mismatch", basic("test-only-new:")],
    ["mismatch", { authorization: "Bearer test-only-new:password-2" }],
  ])("is demanded once it is set: %s", (why, headers) => {
    const message = { ...signed([item("AUTHORISATION")]), headers: headers as Record<string, string> }
    expect(adyen.verify(message, secured)).toEqual({ kind: "refused", why })
  })

  it("does not replace the signature", () => {
    expect(adyen.verify({ ...unsigned([item("AUTHORISATION")]), headers: known }, secured).kind).toBe(
      "refused"
    )
  })

  it("accepts the previous password during a rotation", () => {
    const message = { ...signed([item("AUTHORISATION")]), headers: basic("test-only-old:password-1") }
    expect(adyen.verify(message, secured).kind).toBe("proven")
  })

  it("proves the rest of the message: times, deadlines, reviews and what a reversal did", () => {
    const [dispute] = read(
      [
        change("CHARGEBACK", "DISPUTE000000001", {
          additionalData: { defensePeriodEndsAt: "2026-02-14T03:03:08+02:00" },
        }),
      ],
      secured,
      known
    )
    expect(dispute).toMatchObject({
      occurredAt: new Date("2026-01-15T10:30:00.000Z"),
      dueAt: new Date("2026-02-14T01:03:08.000Z"),
    })
    const told = (code: string, additionalData: Item) =>
      read([change(code, "REVERSAL00000001", { additionalData })], secured, known)[0]?.type
    expect(told("CANCEL_OR_REFUND", { "modification.action": "refund" })).toBe("refund.succeeded")
    expect(told("CANCEL_OR_REFUND", { "modification.action": "cancel" })).toBe("payment.canceled")
    expect(told("AUTHORISATION", { fraudManualReview: "true" })).toBe("payment.pending")
    expect(told("MANUAL_REVIEW_ACCEPT", {})).toBe("payment.authorized")
    expect(told("DISPUTE_DEFENSE_PERIOD_ENDED", { disputeStatus: "Unresponded" })).toBe("dispute.updated")
    expect(told("DISPUTE_DEFENSE_PERIOD_ENDED", { disputeStatus: "Lost" })).toBe("dispute.lost")
  })
})

describe("one payment", () => {
  const paid = item("AUTHORISATION")
  const capture = change("CAPTURE", "CAPTURE000000001")
  const refund = change("REFUND", "REFUND0000000001")
  const automatic = account({ captureMethod: "automatic" })

  it("captured by hand is captured by each of its captures", () => {
    const half = change("CAPTURE", "CAPTURE000000001", { amount: { value: 2100, currency: "EUR" } })
    const rest = change("CAPTURE", "CAPTURE000000002", { amount: { value: 2100, currency: "EUR" } })
    expect(facts([paid]).captured).toEqual([])
    expect(facts([paid, half, rest, half])).toMatchObject({ captured: [eur("42.00")], paidTimes: 1 })
  })

  it("captured by Adyen is captured once it is authorised, and once only", () => {
    expect(facts([paid], automatic).captured).toEqual([eur("42.00")])
    expect(facts([paid, capture], automatic)).toMatchObject({ captured: [eur("42.00")], paidTimes: 1 })
    const again = change("CAPTURE", "CAPTURE000000002", { success: "false" })
    expect(facts([paid, again], automatic).captured).toEqual([eur("42.00")])
  })

  it.each([
    ["by hand", account()],
    ["by Adyen", automatic],
  ])("captured %s is not captured when the scheme sends the capture back", (_, to) => {
    const failed = change("CAPTURE_FAILED", "CAPTURE000000001")
    expect(facts([paid, capture, failed], to).captured).toEqual([])
    expect(facts([failed, capture, paid], to).captured).toEqual([])
  })

  it.each(["REFUND_FAILED", "REFUNDED_REVERSED"])(
    "is not refunded after %s, in whichever order it comes",
    (code) => {
      const failed = change(code, "REFUND0000000001")
      for (const order of [
        [paid, capture, refund, failed],
        [failed, refund, capture, paid],
      ]) {
        expect(facts(order)).toMatchObject({
          captured: [eur("42.00")],
          refunded: [],
          refunds: [{ state: "failed" }],
        })
      }
    }
  )

  it("is paid though an earlier try failed or ran out of time, whichever comes first", () => {
    const other = { pspReference: "OTHERTRY00000001" }
    const tries = [
      item("AUTHORISATION", { ...other, success: "false" }),
      item("OFFER_CLOSED", other),
      item("PENDING", other),
    ]
    for (const order of [
      [...tries, paid],
      [paid, ...tries],
    ]) {
      expect(facts(order)).toMatchObject({ authorized: [eur("42.00")], attemptsFailed: 1 })
      expect(facts(order).ended).toBeUndefined()
      // Only the payment that holds the money is captured and refunded later.
      const named = order.flatMap((one) => read([one])).flatMap((event) => event.gatewayPayment ?? [])
      expect(new Set(named)).toEqual(new Set(["QFQTPCQ8HXSKGK82"]))
    }
    expect(facts([item("PENDING", other), item("OFFER_CLOSED", other)]).ended).toMatchObject({ as: "failed" })
  })

  it.each([
    ["CANCELLATION", "canceled"],
    ["TECHNICAL_CANCEL", "canceled"],
    ["EXPIRE", "expired"],
  ])("holds no money any more after %s", (code, as) => {
    expect(facts([paid, change(code, "CHANGE0000000001")])).toMatchObject({ authorized: [], ended: { as } })
  })

  it("follows a dispute over its stages", () => {
    const stage = (code: string) => change(code, "DISPUTE000000001")
    const stages = [
      "REQUEST_FOR_INFORMATION",
      "NOTIFICATION_OF_CHARGEBACK",
      "CHARGEBACK",
      "CHARGEBACK_REVERSED",
    ]
    expect(facts(stages.slice(0, 3).map(stage)).disputes).toMatchObject([{ state: "opened" }])
    expect(facts(stages.map(stage)).disputes).toMatchObject([{ state: "won" }])
    expect(facts([...stages, "SECOND_CHARGEBACK"].map(stage)).disputes).toMatchObject([{ state: "lost" }])
  })

  it("keeps a reference that somebody typed for a refund apart from ours", () => {
    const typed = change("REFUND", "REFUND0000000001", { merchantReference: "Goodwill" })
    expect(read([typed])[0]).not.toHaveProperty("reference")
    expect(read([refund])[0]).toMatchObject({ reference: "payses_1" })
  })

  it("cannot be read in an amount that its currency has not, so that a person looks", () => {
    const odd = signed([item("AUTHORISATION", { amount: { value: 4250, currency: "ISK" } })])
    expect(adyen.verify(odd, account()).kind).toBe("proven")
    expect(() => adyen.parse(odd, account())).toThrow(RangeError)
  })
})

it("answers in the word that older set-ups wait for, and refuses without it", () => {
  const message = signed([item("AUTHORISATION")])
  expect(adyen.acknowledge?.({ kind: "stored" }, message, account())).toMatchObject({
    status: 200,
    body: "[accepted]",
  })
  expect(adyen.acknowledge?.({ kind: "refused", why: "mismatch" }, message, account())).toEqual({
    status: 401,
  })
})

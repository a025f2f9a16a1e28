import fc from "fast-check"
import { fill, freshValues, loadRecordings } from "../../conformance/recording"
import type { Message } from "../../gateway"
import przelewy24 from "../index"
import { readNotice } from "../notice"
import { przelewy24Options } from "../options"
import { sender } from "../recordings/sender"
import { newSessionId, referenceOf } from "../session-id"
import { checksum, findCrcKey } from "../sign"

/** Signed messages of mnastalski/przelewy24-php: tests/TransactionStatusNotificationTest.php and tests/RefundNotificationTest.php. */
const payment = {
  merchantId: 12345,
  posId: 123,
  sessionId: "0beec7",
  amount: 1500,
  originAmount: 1500,
  currency: "PLN",
  orderId: 123456789,
  methodId: 32,
  statement: "p24-XXX-YYY-ZZZ",
  sign: "703e946290d92230297c35d3bc8f554d4a458a4c97c9917665929c5ef5e682f7a868ac36e5dff20184c6a5302ef66c77",
}
const refund = {
  orderId: 4295430336,
  sessionId: "1e715675-a42b-4d0b-81bb-f7288915be76",
  merchantId: 235316,
  requestId: "dae85bdc-1b8e-45bc-99be-43c6868dcc29",
  refundsUuid: "97920952-1d9b-4c90-9238-2b74ae0f48bb",
  amount: 500,
  currency: "PLN",
  timestamp: 1697544677,
  status: 0,
  sign: "dad28db2e0336e595bc313e3c7282ab2ba2f265021f45b85271232901fefd4bc1329fd47aa4eb735ac818e2b82c4dc24",
}

describe("checksums of another implementation", () => {
  it.each([
    ["a payment", payment, "bar"],
    ["a refund", refund, "c4816521bf32ed54"],
  ])("of %s are believed, with that key only", (_, told, crc) => {
    const notice = readNotice(Buffer.from(JSON.stringify(told)))
    expect(findCrcKey(notice.signed, notice.sign, [crc])).toBe(0)
    expect(findCrcKey(notice.signed, notice.sign, ["foo", crc])).toBe(1)
    expect(findCrcKey(notice.signed, notice.sign, ["foo"])).toBeUndefined()
  })

  it("keep slashes and Polish letters as they are", () => {
    // mnastalski/przelewy24-php tests/Przelewy24Test.php
    expect(checksum({ slash: "foo/bar", unicode: "ąźćż" })).toBe(
      "4e9e3bc8c346c7487dbd4a4b4c6b5ec4561685d9018b775980e362159e3d4436e971036c3b278a07d9dd233298f0e45d"
    )
  })
})

const recordings = loadRecordings(`${__dirname}/..`)
const signed = (name: string, change: object = {}): Message => {
  const found = recordings.find((one) => one.name === name)
  if (!found) throw new Error(`there is no recording ${name}`)
  const message = fill(found, freshValues())
  const told = JSON.parse(Buffer.from(message.body).toString()) as object
  return sender.sign(
    { ...message, body: Buffer.from(JSON.stringify({ ...told, ...change })) },
    sender.account,
    message.receivedAt
  )
}

it("reads nothing that the checksum of a refund does not cover", () => {
  const original = signed("refund.completed")
  const told = JSON.parse(Buffer.from(original.body).toString()) as object
  fc.assert(
    fc.property(
      fc.string(),
      fc.integer(),
      fc.dictionary(fc.string(), fc.jsonValue()),
      (requestId, timestamp, more) => {
        const body = Buffer.from(JSON.stringify({ ...more, ...told, requestId, timestamp }))
        const changed = { ...original, body }
        if (przelewy24.verify(changed, sender.account).kind !== "proven") return
        expect(przelewy24.parse(changed, sender.account)).toEqual(przelewy24.parse(original, sender.account))
      }
    )
  )
})

it.each([
  ["payment", { merchantId: 12346 }],
  ["payment", { posId: 124 }],
  ["refund.completed", { merchantId: 12346 }],
])("refuses a rightly signed %s of somebody else: %j", (name, change) => {
  expect(przelewy24.verify(signed(name, change), sender.account)).toEqual({
    kind: "refused",
    why: "wrong-account",
  })
})

it("takes the merchant's number for the shop's where none is given", () => {
  const { posId: _posId, ...config } = sender.account.config
  const account = { ...sender.account, config }
  expect(przelewy24.verify(signed("payment", { posId: 12345 }), account).kind).toBe("unproven")
  expect(przelewy24.verify(signed("payment"), account).kind).toBe("refused")
})

it.each(["", "null", "[]", "{}", '{"sign":"x"}', '{"3ds":1}', '{"refundsUuid":"1"}'])(
  "refuses %j as ill-formed",
  (body) => {
    const message = { ...signed("payment"), body: Buffer.from(body) }
    expect(przelewy24.verify(message, sender.account)).toEqual({ kind: "refused", why: "malformed" })
  }
)

it("takes a refund's status of tomorrow for pending", () => {
  const message = signed("refund.completed", { status: 7 })
  expect(przelewy24.verify(message, sender.account).kind).toBe("proven")
  expect(przelewy24.parse(message, sender.account)).toMatchObject([{ type: "refund.pending" }])
})

it("finds our reference in every session that we made, and takes others as they are", () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1 }),
      (reference) => referenceOf(newSessionId(reference)) === reference
    )
  )
  expect(referenceOf("payses_01ABC")).toBe("payses_01ABC")
  expect(newSessionId("payses_01ABC")).not.toBe(newSessionId("payses_01ABC"))
})

const rightOptions = {
  merchantId: 12345,
  crcKeys: ["onlyForTestsCrc0"],
  apiKey: "onlyForTestsApiKey00000000000000",
}
it.each([
  [{ ...rightOptions, merchantId: "12345" }, /merchantId is a whole number, without quotes/],
  [{ ...rightOptions, posId: 0 }, /posId is a whole number/],
  [{ ...rightOptions, crcKeys: "onlyForTestsCrc0" }, /List the CRC key in \[ \]/],
  [{ ...rightOptions, apiKey: "short" }, /too short/],
  [{ ...rightOptions, timeLimitMinutes: 100 }, /at most 99 minutes/],
  [{ ...rightOptions, language: "PL" }, /two small letters/],
])("words what is wrong with %j", (config, words) => {
  const { error } = przelewy24Options.safeParse(config)
  expect(error?.issues.map((issue) => issue.message).join(" ")).toMatch(words)
})

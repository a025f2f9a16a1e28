import type { Money } from "../../../domain/money"
import type { PaymentEvent } from "../../../domain/payment-event"
import { GatewayRefusedError, type Expected, type Operations } from "../../gateway"
import { openPage } from "../../simulation/open-page"
import { startReader, type Reader } from "../../simulation/reader"
import przelewy24 from "../index"
import type { Przelewy24Account, Przelewy24Options } from "../options"
import { startPrzelewy24Simulator, type Przelewy24Simulator } from "../simulator"

const crcKey = "onlyForTestsCrc0"
const nextKey = "onlyForTestsCrc1"
const apiKey = "onlyForTestsApiKey00000000000000"
const operations = przelewy24.operations as Required<Operations<Przelewy24Options>>
const pln = (amount: string): Money => ({ amount, currency: "pln" })

let simulator: Przelewy24Simulator
let reader: Reader
let account: Przelewy24Account
let asked: Map<string, Expected>

beforeEach(async () => {
  asked = new Map()
  reader = await startReader(
    przelewy24,
    () => account,
    async (reference) => asked.get(reference)
  )
  const options = { merchantId: 12345, posId: 123, crcKey, apiKey, notifyUrl: reader.notifyUrl }
  simulator = await startPrzelewy24Simulator(options)
  account = {
    id: "przelewy24",
    mode: "test",
    config: {
      merchantId: 12345,
      posId: 123,
      crcKeys: [crcKey],
      apiKey,
      language: "pl",
      country: "PL",
      simulator: simulator.url,
    },
  }
})
afterEach(async () => {
  await simulator.stop()
  await reader.stop()
})

async function start(reference: string, money = pln("42.00")): Promise<Expected> {
  const input = {
    reference,
    money,
    notifyUrl: reader.notifyUrl,
    returnUrl: "https://shop.example/done",
    cancelUrl: "https://shop.example/cart",
    email: "buyer@shop.example",
  }
  const created = await operations.create(input, account, reader.io)
  await openPage(created.next)
  const expected = { reference, money, gatewayPayments: [created.gatewayPayment ?? ""] }
  asked.set(reference, expected)
  return expected
}

const fetchIt = (expected: Expected) => operations.fetch(expected, account, reader.io)
const refundIt = (expected: Expected, amount: string, key: string) =>
  operations.refund({ expected, money: pln(amount), key, notifyUrl: reader.notifyUrl }, account, reader.io)
const statusOf = (reference: string) => simulator.transactionsOf(reference).at(-1)?.status

it("carries a buyer from the payment page to a payment that was accepted with our amount", async () => {
  const expected = await start("payses_01A")
  expect(await fetchIt(expected)).toMatchObject([{ type: "info", reference: "payses_01A" }])
  await simulator.pay("payses_01A")
  expect(reader.verdicts).toEqual(["unproven"])
  const told = {
    type: "payment.captured",
    reference: "payses_01A",
    gatewayPayment: expected.gatewayPayments[0],
    money: pln("42.00"),
    test: true,
  }
  expect(reader.events).toMatchObject([told])
  expect(statusOf("payses_01A")).toBe(2)
  expect(await fetchIt(expected)).toEqual(reader.events)
})

it("accepts a payment once, however often it is told", async () => {
  await start("payses_01A")
  await simulator.pay("payses_01A")
  await simulator.deliver({ times: 3 })
  expect(reader.facts()).toMatchObject({ captured: [pln("42.00")] })
  expect(simulator.calls.filter((call) => call.method === "PUT" && call.status === 200)).toHaveLength(1)
})

it.each([
  [1, "under"],
  [4201, "over"],
] as const)("does not accept %i instead of 4200, and says that it is held", async (amount, hold) => {
  const expected = await start("payses_01A")
  await simulator.pay("payses_01A", amount)
  expect(statusOf("payses_01A")).toBe(1)
  expect(simulator.calls.some((call) => call.method === "PUT")).toBe(false)
  expect(reader.events).toMatchObject([{ type: "payment.authorized", hold }])
  expect(reader.facts().captured).toEqual([])
  expect(await fetchIt(expected)).toEqual(reader.events)
})

it("takes a held amount when the owner says so, and only all of it", async () => {
  const expected = await start("payses_01A")
  await simulator.pay("payses_01A", 4100)
  const take = (money: Money) => operations.capture({ expected, money, key: "cap_1" }, account, reader.io)
  await expect(take(pln("42.00"))).rejects.toThrow(/holds 41.00 pln and lets only all of it be taken/)
  expect(await take(pln("41.00"))).toMatchObject([{ type: "payment.captured", money: pln("41.00") }])
  expect(statusOf("payses_01A")).toBe(2)
  expect(await take(pln("41.00"))).toMatchObject([{ type: "payment.captured", money: pln("41.00") }])
})

it("accepts nothing that this store did not ask for", async () => {
  await start("payses_01A")
  asked.clear()
  await simulator.pay("payses_01A")
  expect(statusOf("payses_01A")).toBe(1)
  expect(reader.events).toMatchObject([{ type: "payment.pending", reference: "payses_01A" }])
})

it("lets a buyer try again after the bank refused, and tells of a refused card where it is told", async () => {
  const expected = await start("payses_01A")
  await simulator.decline("payses_01A")
  expect(await fetchIt(expected)).toMatchObject([{ type: "info" }])
  await simulator.refuseCard("payses_01A")
  expect(reader.facts()).toMatchObject({ attemptsFailed: 1, captured: [] })
  await simulator.pay("payses_01A")
  expect(reader.facts().captured).toEqual([pln("42.00")])
})

it("opens a page of its own for each amount, under the same reference", async () => {
  const first = await start("payses_01A")
  const second = await start("payses_01A", pln("50.00"))
  expect(first.gatewayPayments).not.toEqual(second.gatewayPayments)
  await simulator.pay("payses_01A")
  expect(reader.facts().captured).toEqual([pln("50.00")])
})

it("pays back in parts, once for each wish however often it is asked, and knows what is rejected", async () => {
  const expected = await start("payses_01A")
  await simulator.pay("payses_01A")
  const first = await refundIt(expected, "10.00", "ref_1")
  expect(first).toMatchObject([{ type: "refund.pending", money: pln("10.00"), reference: "payses_01A" }])
  expect(await refundIt(expected, "10.00", "ref_1")).toEqual(first)
  expect(simulator.refunds()).toHaveLength(1)
  await simulator.finishRefunds()
  expect(reader.events.at(-1)).toMatchObject({ type: "refund.succeeded", resource: first[0]?.resource })
  await refundIt(expected, "2.50", "ref_2")
  await simulator.finishRefunds("rejected")
  expect(reader.facts().refunded).toEqual([pln("10.00")])
  expect(
    reader
      .facts()
      .refunds.map((refund) => refund.state)
      .sort()
  ).toEqual(["failed", "succeeded"])
  await expect(refundIt(expected, "40.00", "ref_3")).rejects.toThrow(/exceeds available amount/)
})

it("books a refund of the panel once, whoever tells of it", async () => {
  const expected = await start("payses_01A")
  await simulator.pay("payses_01A")
  await simulator.refund("payses_01A", 1500)
  await refundIt(expected, "2.00", "ref_1")
  await simulator.finishRefunds()
  expect(reader.facts().refunded).toEqual([pln("17.00")])
  ;(reader.events as PaymentEvent[]).push(...(await fetchIt(expected)))
  expect(reader.facts()).toMatchObject({ captured: [pln("42.00")], refunded: [pln("17.00")] })
})

it("knows a payment that went back whole from asking alone", async () => {
  const expected = await start("payses_01A")
  await simulator.pay("payses_01A")
  await simulator.refund("payses_01A", 4200)
  expect(await fetchIt(expected)).toMatchObject([
    { type: "payment.captured" },
    { type: "info", totals: { refunded: pln("42.00") } },
  ])
})

it("believes and signs with what is configured, and makes no call for a wrong signature", async () => {
  await start("payses_01A")
  simulator.signWith(nextKey)
  await simulator.pay("payses_01A")
  expect(simulator.deliveries.at(-1)).toMatchObject({ status: 401, answer: "" })
  expect(simulator.calls.some((call) => call.method === "PUT")).toBe(false)
  account = { ...account, config: { ...account.config, crcKeys: [crcKey, nextKey] } }
  await simulator.redeliver()
  expect(reader.verdicts).toEqual(["refused", "unproven"])
  expect(statusOf("payses_01A")).toBe(2)
})

it("refuses the messages of another merchant or shop, rightly signed or not", async () => {
  await start("payses_01A")
  account = { ...account, config: { ...account.config, posId: 124 } }
  await simulator.pay("payses_01A")
  account = { ...account, config: { ...account.config, posId: 123, merchantId: 12346 } }
  await simulator.redeliver()
  expect(reader.verdicts).toEqual(["refused", "refused"])
})

it("accepts a payment later when Przelewy24 was down, by its message or by asking", async () => {
  await start("payses_01A")
  const second = await start("payses_02B")
  simulator.setDown(true)
  await simulator.pay("payses_01A")
  await simulator.pay("payses_02B")
  expect(reader.events).toEqual([])
  simulator.setDown(false)
  expect(await fetchIt(second)).toMatchObject([{ type: "payment.captured", reference: "payses_02B" }])
  await simulator.resendUnverified()
  expect(reader.events).toMatchObject([{ type: "payment.captured", reference: "payses_01A" }])
  expect([statusOf("payses_01A"), statusOf("payses_02B")]).toEqual([2, 2])
})

it("asks again while Przelewy24 is down, and words its refusals for the owner", async () => {
  const expected = await start("payses_01A")
  simulator.setDown(true)
  const down = await fetchIt(expected).catch((error: unknown) => error)
  expect(down).not.toBeInstanceOf(GatewayRefusedError)
  expect(String(down)).toContain("503")
  simulator.setDown(false)
  await expect(refundIt(expected, "1.00", "ref_1")).rejects.toThrow(/the buyer has not paid/)
  account = { ...account, config: { ...account.config, apiKey: "onlyForTestsAnotherKey0000000000" } }
  await expect(fetchIt(expected)).rejects.toThrow(/check posId, apiKey and the list of IP addresses/)
})

it("does not deny a payment because the API key is wrong", async () => {
  await start("payses_01A")
  account = { ...account, config: { ...account.config, apiKey: "onlyForTestsAnotherKey0000000000" } }
  await simulator.pay("payses_01A")
  expect(simulator.deliveries.at(-1)).toMatchObject({ status: 500, accepted: false })
})

it("starts no payment without an address of the buyer", async () => {
  const input = {
    reference: "payses_01A",
    money: pln("1.00"),
    notifyUrl: reader.notifyUrl,
    returnUrl: "https://shop.example/done",
    cancelUrl: "https://shop.example/cart",
  }
  await expect(operations.create(input, account, reader.io)).rejects.toThrow(/email address/)
  account = { ...account, config: { ...account.config, fallbackEmail: "shop@shop.example" } }
  await operations.create(input, account, reader.io)
  expect(simulator.transactionsOf("payses_01A")[0]?.email).toBe("shop@shop.example")
})

it("reads a whole life in any order and however often it is told", async () => {
  await start("payses_01A")
  await simulator.pay("payses_01A")
  await simulator.refund("payses_01A", 500)
  const told = reader.facts()
  await simulator.deliver({ times: 2, shuffle: 7 })
  expect(reader.facts()).toEqual(told)
})

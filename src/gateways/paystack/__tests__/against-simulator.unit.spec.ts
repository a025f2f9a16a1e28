import type { Money } from "../../../domain/money"
import type { PaymentEvent } from "../../../domain/payment-event"
import type { Expected, Operations } from "../../gateway"
import { GatewayRefusedError } from "../../gateway"
import { openPage } from "../../simulation/open-page"
import { startReader, type Reader } from "../../simulation/reader"
import paystack from "../index"
import type { PaystackAccount, PaystackOptions } from "../options"
import { startPaystackSimulator, type PaystackSimulator } from "../simulator"

const secretKey = "sk_test_onlyForTestsCurrent0000000000000000"
const nextKey = "sk_test_onlyForTestsNext000000000000000000"
const operations = paystack.operations as Required<Operations<PaystackOptions>>
const ngn = (amount: string): Money => ({ amount, currency: "ngn" })

let simulator: PaystackSimulator
let reader: Reader
let account: PaystackAccount

beforeEach(async () => {
  reader = await startReader(paystack, () => account)
  simulator = await startPaystackSimulator({ secretKey, notifyUrl: reader.notifyUrl })
  account = { id: "paystack", mode: "test", config: { secretKeys: [secretKey], simulator: simulator.url } }
})
afterEach(async () => {
  await simulator.stop()
  await reader.stop()
})

async function start(reference: string, money = ngn("4200.00")): Promise<Expected> {
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
  return { reference, money, gatewayPayments: [created.gatewayPayment ?? ""] }
}

const fetchIt = (expected: Expected) => operations.fetch(expected, account, reader.io)
const refundIt = (expected: Expected, amount: string, key: string) =>
  operations.refund({ expected, money: ngn(amount), key }, account, reader.io)

async function collect(pages: AsyncIterable<readonly PaymentEvent[]>): Promise<PaymentEvent[]> {
  const events: PaymentEvent[] = []
  for await (const page of pages) events.push(...page)
  return events
}

it("carries a buyer from the payment page to a captured payment, and says the same when asked", async () => {
  const expected = await start("payses_01A")
  expect(await fetchIt(expected)).toMatchObject([{ type: "info", reference: "payses_01A" }])
  await simulator.pay("payses_01A")
  expect(reader.verdicts).toEqual(["proven"])
  const told = { type: "payment.captured", reference: "payses_01A", money: ngn("4200.00"), test: true }
  const gatewayPayment = expected.gatewayPayments[0]
  const fees = { fee: ngn("63.00"), net: ngn("4137.00") }
  expect(reader.events).toMatchObject([{ ...told, ...fees, gatewayPayment }])
  expect(await fetchIt(expected)).toMatchObject([{ ...told, ...fees, gatewayPayment }])
})

it("lets a buyer try again after a card was declined", async () => {
  const expected = await start("payses_01A")
  await simulator.decline("payses_01A")
  expect(reader.events).toEqual([])
  expect(await fetchIt(expected)).toMatchObject([
    { type: "payment.attempt_failed", reason: { text: "Declined" } },
  ])
  await simulator.pay("payses_01A")
  expect(reader.facts().captured).toEqual([ngn("4200.00")])
})

it("opens a page of its own for each amount, under the same reference", async () => {
  const first = await start("payses_01A")
  const second = await start("payses_01A", ngn("50.00"))
  expect(first.gatewayPayments).not.toEqual(second.gatewayPayments)
  expect(simulator.transactionsOf("payses_01A").map((one) => one.amount)).toEqual([420000, 5000])
})

it("pays back in parts, once for each wish however often it is asked, and knows what fails", async () => {
  const expected = await start("payses_01A")
  await simulator.pay("payses_01A")
  const first = await refundIt(expected, "1000.00", "ref_1")
  expect(first).toMatchObject([{ type: "refund.pending", money: ngn("1000.00"), reference: "payses_01A" }])
  expect(await refundIt(expected, "1000.00", "ref_1")).toEqual(first)
  expect(simulator.refunds()).toHaveLength(1)
  await simulator.finishRefunds()
  await refundIt(expected, "200.50", "ref_2")
  await simulator.finishRefunds("failed")
  await simulator.settled()
  expect(reader.facts().refunded).toEqual([ngn("1000.00")])
  expect(
    reader
      .facts()
      .refunds.map((refund) => refund.state)
      .sort()
  ).toEqual(["failed", "succeeded"])
  await expect(refundIt(expected, "4000.00", "ref_3")).rejects.toThrow(GatewayRefusedError)
})

it("books a refund of the dashboard once, whoever tells of it", async () => {
  const expected = await start("payses_01A")
  await simulator.pay("payses_01A")
  await simulator.refund("payses_01A", 150000)
  await simulator.refund("payses_01A", 20000)
  const asked = await fetchIt(expected)
  expect(asked).toContainEqual(
    expect.objectContaining({ type: "info", totals: { refunded: ngn("1700.00") } })
  )
  expect(reader.facts().refunded).toEqual([ngn("1700.00")])
  ;(reader.events as PaymentEvent[]).push(...asked)
  expect(reader.facts()).toMatchObject({ captured: [ngn("4200.00")], refunded: [ngn("1700.00")] })
})

it("knows a transaction that went back whole", async () => {
  const expected = await start("payses_01A")
  await simulator.pay("payses_01A")
  await simulator.refund("payses_01A", 420000)
  const asked = await fetchIt(expected)
  expect(asked.map((event) => event.totals)).toEqual([
    { captured: ngn("4200.00") },
    { refunded: ngn("4200.00") },
  ])
})

it.each(["won", "lost"] as const)("follows a dispute until it is %s", async (outcome) => {
  const expected = await start("payses_01A")
  await simulator.pay("payses_01A")
  await simulator.dispute("payses_01A")
  await simulator.remind("payses_01A")
  expect(reader.facts().disputes).toMatchObject([{ state: "opened", money: ngn("4200.00") }])
  expect(reader.events.at(-1)).toMatchObject({ dueAt: expect.any(Date), ...pick(expected) })
  await simulator.decide("payses_01A", outcome)
  expect(reader.facts().disputes).toMatchObject([{ state: outcome }])
})

const pick = (expected: Expected) => ({ gatewayPayment: expected.gatewayPayments[0] })

it("tells another amount than was asked for as it is", async () => {
  await start("payses_01A")
  await simulator.pay("payses_01A", 100)
  expect(reader.facts().captured).toEqual([ngn("1.00")])
})

it("reads a whole life in any order and however often it is told", async () => {
  await start("payses_01A")
  await simulator.pay("payses_01A")
  await simulator.refund("payses_01A", 5000)
  await simulator.dispute("payses_01A")
  await simulator.decide("payses_01A", "won")
  await simulator.transfer(70000, "success")
  const told = reader.facts()
  expect(told).toMatchObject({ captured: [ngn("4200.00")], refunded: [ngn("50.00")], payouts: [] })
  await simulator.deliver({ times: 2, shuffle: 7 })
  expect(reader.facts()).toEqual(told)
})

it("believes the previous key during a rotation, and a stranger's never", async () => {
  await start("payses_01A")
  account = { ...account, config: { ...account.config, secretKeys: [nextKey, secretKey] } }
  await simulator.pay("payses_01A")
  simulator.signWith(nextKey)
  await simulator.dispute("payses_01A")
  simulator.signWith("sk_test_aStrangersKeyOfAnotherAccount000")
  await simulator.decide("payses_01A", "lost")
  expect(reader.verdicts).toEqual(["proven", "proven", "refused"])
  expect(simulator.deliveries.at(-1)).toMatchObject({ status: 401, accepted: false })
})

it("is told again when the store did not answer 200", async () => {
  await start("payses_01A")
  reader.answerWith(503)
  await simulator.pay("payses_01A")
  reader.answerWith(0)
  await simulator.redeliver()
  expect(reader.facts().captured).toEqual([ngn("4200.00")])
})

it("asks again while Paystack is down, and words its refusals for the owner", async () => {
  const expected = await start("payses_01A")
  simulator.setDown(true)
  const down = await fetchIt(expected).catch((error: unknown) => error)
  expect(down).not.toBeInstanceOf(GatewayRefusedError)
  expect(String(down)).toContain("503")
  simulator.setDown(false)
  await expect(refundIt(expected, "1.00", "ref_1")).rejects.toThrow(/no paid transaction for payses_01A/)
  account = { ...account, config: { ...account.config, secretKeys: [nextKey] } }
  await expect(fetchIt(expected)).rejects.toThrow(/Copy it again from Settings/)
})

it("starts no payment without an address of the buyer", async () => {
  const input = {
    reference: "payses_01A",
    money: ngn("1.00"),
    notifyUrl: reader.notifyUrl,
    returnUrl: "https://shop.example/done",
    cancelUrl: "https://shop.example/cart",
  }
  await expect(operations.create(input, account, reader.io)).rejects.toThrow(/email address/)
  account = { ...account, config: { ...account.config, fallbackEmail: "shop@shop.example" } }
  await operations.create(input, account, reader.io)
  expect(simulator.transactionsOf("payses_01A")[0]?.email).toBe("shop@shop.example")
})

it("knows nothing of a transaction that Paystack does not know", async () => {
  const expected = {
    reference: "payses_01A",
    money: ngn("1.00"),
    gatewayPayments: ["payses-01A.000000000000"],
  }
  expect(await fetchIt(expected)).toEqual([])
})

it("lists every payment of a period, with what was paid back, on as many pages as there are", async () => {
  for (let count = 0; count < 101; count++) {
    await operations.create(
      {
        reference: `payses_${count}`,
        money: ngn("10.00"),
        notifyUrl: reader.notifyUrl,
        returnUrl: "https://shop.example/done",
        cancelUrl: "https://shop.example/cart",
        email: "buyer@shop.example",
      },
      account,
      reader.io
    )
  }
  await simulator.pay("payses_0")
  await simulator.refund("payses_0", 400)
  const now = Date.now()
  const period = { from: new Date(now - 60_000), to: new Date(now + 60_000) }
  const events = await collect(operations.list(period, account, reader.io))
  expect(new Set(events.map((event) => event.reference)).size).toBe(101)
  expect(events.filter((event) => event.reference === "payses_0")).toMatchObject([
    { type: "payment.captured", money: ngn("10.00") },
    { type: "info", totals: { refunded: ngn("4.00") } },
  ])
  const before = { from: new Date(now - 120_000), to: new Date(now - 60_000) }
  expect(await collect(operations.list(before, account, reader.io))).toEqual([])
})

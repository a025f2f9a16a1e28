import type { Money } from "../../../domain/money"
import type { PaymentEvent } from "../../../domain/payment-event"
import { GatewayRefusedError, type Expected, type Operations } from "../../gateway"
import { openPage } from "../../simulation/open-page"
import { startReader, type Reader } from "../../simulation/reader"
import mercadoPago from "../index"
import type { MercadoPagoAccount, MercadoPagoOptions } from "../options"
import { startMercadoPagoSimulator, type MercadoPagoSimulator } from "../simulator"

const accessToken = "TEST-onlyForTests-00000000000000"
const webhookSecret = "onlyForTestsSecretSignature0000000000"
const nextSecret = "onlyForTestsSecretSignature1111111111"
const operations = mercadoPago.operations as Required<Operations<MercadoPagoOptions>>
const brl = (amount: string): Money => ({ amount, currency: "brl" })

let simulator: MercadoPagoSimulator
let reader: Reader
let account: MercadoPagoAccount

beforeEach(async () => {
  reader = await startReader(mercadoPago, () => account)
  simulator = await startMercadoPagoSimulator({ accessToken, webhookSecret, notifyUrl: reader.notifyUrl })
  account = {
    id: "mp",
    mode: "test",
    config: {
      accessToken,
      webhookSecrets: [webhookSecret],
      userId: "634060442",
      acceptUnsigned: false,
      binaryMode: false,
      simulator: simulator.url,
    },
  }
})
afterEach(async () => {
  await simulator.stop()
  await reader.stop()
})

async function start(reference: string, money = brl("42.00")): Promise<Expected> {
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

const input = (expected: Expected, amount: string, key: string) => ({ expected, money: brl(amount), key })
const fetchIt = (expected: Expected) => operations.fetch(expected, account, reader.io)
const refundIt = (expected: Expected, amount: string, key: string) =>
  operations.refund(input(expected, amount, key), account, reader.io)

async function collect(pages: AsyncIterable<readonly PaymentEvent[]>): Promise<PaymentEvent[]> {
  const events: PaymentEvent[] = []
  for await (const page of pages) events.push(...page)
  return events
}

it("carries a buyer from the payment page to a captured payment, told twice and counted once", async () => {
  const expected = await start("payses_01A")
  expect(await fetchIt(expected)).toEqual([])
  await simulator.pay("payses_01A")
  expect(reader.verdicts).toEqual(["unproven", "unproven"])
  const told = { type: "payment.captured", reference: "payses_01A", money: brl("42.00"), test: true }
  const fees = { fee: brl("0.50"), net: brl("41.50") }
  expect(reader.events).toMatchObject([
    { ...told, ...fees },
    { ...told, ...fees },
  ])
  expect(reader.facts()).toMatchObject({ captured: [brl("42.00")], paidTimes: 1 })
  expect(await fetchIt(expected)).toEqual([reader.events[0]])
})

it("lets a buyer try again after a card was declined: each attempt is a payment of its own", async () => {
  await start("payses_01A")
  await simulator.decline("payses_01A")
  expect(reader.facts()).toMatchObject({ attemptsFailed: 1, captured: [] })
  await simulator.pay("payses_01A")
  expect(reader.facts()).toMatchObject({ attemptsFailed: 1, captured: [brl("42.00")] })
})

it("waits for a slip, and believes that it was paid or was not", async () => {
  await start("payses_01A")
  await simulator.payLater("payses_01A")
  expect(reader.facts()).toMatchObject({ pending: true, captured: [] })
  expect(reader.events.at(-1)?.dueAt).toEqual(new Date("2099-01-01T03:00:00.000Z"))
  await simulator.arrive("payses_01A")
  expect(reader.facts().captured).toEqual([brl("42.00")])

  await start("payses_02B")
  await simulator.payLater("payses_02B")
  await simulator.expire("payses_02B")
  expect(reader.events.at(-1)).toMatchObject({ type: "payment.expired", reference: "payses_02B" })
})

it("captures a part of what is held, once", async () => {
  const expected = await start("payses_01A")
  await simulator.authorize("payses_01A")
  expect(reader.facts()).toMatchObject({ authorized: [brl("42.00")], captured: [] })
  const take = (key: string) => operations.capture(input(expected, "30.00", key), account, reader.io)
  const taken = await take("cap_1")
  expect(taken).toMatchObject([{ type: "payment.captured", money: brl("30.00") }])
  expect(await take("cap_1")).toEqual(taken)
  await expect(take("cap_2")).rejects.toThrow(GatewayRefusedError)
  await simulator.settled()
  expect(reader.facts()).toMatchObject({ captured: [brl("30.00")] })
})

it("releases what is held, and closes the page that nobody paid", async () => {
  const held = await start("payses_01A")
  await simulator.authorize("payses_01A")
  const canceled = await operations.cancel(input(held, "42.00", "pay_1"), account, reader.io)
  expect(canceled[0]).toMatchObject({ type: "payment.canceled", reference: "payses_01A" })
  ;(reader.events as PaymentEvent[]).push(...canceled)
  expect(reader.facts()).toMatchObject({ authorized: [], ended: { as: "canceled" } })

  const unpaid = await start("payses_02B")
  await operations.cancel(input(unpaid, "42.00", "pay_2"), account, reader.io)
  const page = await fetch(`${simulator.url}/checkout/${unpaid.gatewayPayments[0]}`)
  expect(page.status).toBe(410)
})

it("cancels nothing that was paid", async () => {
  const expected = await start("payses_01A")
  await simulator.pay("payses_01A")
  const canceled = operations.cancel(input(expected, "42.00", "pay_1"), account, reader.io)
  await expect(canceled).rejects.toThrow(/refund it instead/)
})

it("pays back in parts, once for each wish however often it is asked", async () => {
  const expected = await start("payses_01A")
  await simulator.pay("payses_01A")
  const first = await refundIt(expected, "10.00", "ref_1")
  expect(first).toMatchObject([{ type: "refund.succeeded", money: brl("10.00"), reference: "payses_01A" }])
  expect(await refundIt(expected, "10.00", "ref_1")).toEqual(first)
  await refundIt(expected, "2.50", "ref_2")
  await simulator.settled()
  ;(reader.events as PaymentEvent[]).push(...first)
  expect(reader.facts()).toMatchObject({ captured: [brl("42.00")], refunded: [brl("12.50")] })
  expect(reader.facts().refunds.map((refund) => refund.money)).toEqual([brl("10.00"), brl("2.50")])
  await expect(refundIt(expected, "40.00", "ref_3")).rejects.toThrow(GatewayRefusedError)
})

it("pays back the rest of two payments, and the same rest when it is asked again", async () => {
  const expected = await start("payses_01A")
  await simulator.pay("payses_01A")
  await simulator.pay("payses_01A")
  const whole = await refundIt(expected, "42.00", "ref_1")
  expect(await refundIt(expected, "42.00", "ref_1")).toEqual(whole)
  const other = await refundIt(expected, "42.00", "ref_2")
  expect(other[0]?.gatewayPayment).not.toBe(whole[0]?.gatewayPayment)
  expect(await refundIt(expected, "42.00", "ref_2")).toEqual(other)
  await expect(refundIt(expected, "42.00", "ref_3")).rejects.toThrow(GatewayRefusedError)
})

it("books a refund of the panel once, whoever tells of it", async () => {
  const expected = await start("payses_01A")
  await simulator.pay("payses_01A")
  await simulator.refund("payses_01A", brl("12.00"))
  await simulator.refund("payses_01A", brl("30.00"))
  ;(reader.events as PaymentEvent[]).push(...(await fetchIt(expected)))
  expect(reader.facts()).toMatchObject({ captured: [brl("42.00")], refunded: [brl("42.00")] })
})

it.each(["won", "lost"] as const)(
  "follows a chargeback until it is %s, and counts it once",
  async (outcome) => {
    await start("payses_01A")
    await simulator.pay("payses_01A")
    await simulator.dispute("payses_01A")
    expect(reader.facts()).toMatchObject({
      disputes: [{ state: "opened", money: brl("42.00") }],
      refunded: [],
    })
    expect(reader.events.at(-1)?.dueAt).toBeInstanceOf(Date)
    await simulator.decide("payses_01A", outcome)
    expect(reader.facts().disputes).toMatchObject([{ state: outcome }])
  }
)

it("keeps the money of a payment that is in mediation", async () => {
  await start("payses_01A")
  await simulator.pay("payses_01A")
  await simulator.mediate("payses_01A")
  expect(reader.facts()).toMatchObject({ captured: [brl("42.00")], disputes: [], holds: [] })
  expect(reader.events.at(-1)).toMatchObject({ type: "info", reason: { code: "in_mediation" } })
})

it("tells another amount than was asked for as it is", async () => {
  await start("payses_01A")
  await simulator.pay("payses_01A", brl("1.00"))
  expect(reader.facts().captured).toEqual([brl("1.00")])
})

it("reads a whole life in any order and however often it is told", async () => {
  await start("payses_01A")
  await simulator.decline("payses_01A")
  await simulator.pay("payses_01A")
  await simulator.refund("payses_01A", brl("5.00"))
  await simulator.dispute("payses_01A")
  await simulator.decide("payses_01A", "lost")
  await simulator.deliver()
  const told = reader.facts()
  expect(told).toMatchObject({
    captured: [brl("42.00")],
    refunded: [brl("5.00")],
    disputes: [{ state: "lost" }],
  })
  await simulator.deliver({ times: 2, shuffle: 7 })
  expect(reader.facts()).toMatchObject({ ...told, events: expect.any(Number) })
})

it("believes the previous secret during a change, and a stranger's never", async () => {
  await start("payses_01A")
  account = { ...account, config: { ...account.config, webhookSecrets: [nextSecret, webhookSecret] } }
  await simulator.decline("payses_01A")
  simulator.signWith(nextSecret)
  await simulator.decline("payses_01A")
  simulator.signWith("a-strangers-secret-signature-000")
  await simulator.decline("payses_01A")
  expect(reader.verdicts).toEqual(["unproven", "unproven", "refused"])
  expect(simulator.deliveries.at(-1)).toMatchObject({ status: 401, accepted: false })
})

it("names the notify URL with the payment where messages without a signature are taken", async () => {
  await simulator.stop()
  const notifyUrl = "http://127.0.0.1:9/nowhere"
  simulator = await startMercadoPagoSimulator({ accessToken, webhookSecret, notifyUrl, isUnsigned: true })
  account = { ...account, config: { ...account.config, simulator: simulator.url, acceptUnsigned: true } }
  await start("payses_01A")
  await simulator.pay("payses_01A")
  expect(reader.facts().captured).toEqual([brl("42.00")])
})

it("is denied what Mercado Pago does not know, and says nothing of an order that nobody paid", async () => {
  await start("payses_01A")
  await simulator.tell("payment", "123456")
  await simulator.tell("topic_merchant_order_wh", "1")
  await simulator.tell("topic_chargebacks_wh", "99")
  expect(simulator.deliveries.every((delivery) => delivery.accepted)).toBe(true)
  expect(reader.events).toEqual([])
})

it("asks again while Mercado Pago is down, and words its refusals for the owner", async () => {
  const expected = await start("payses_01A")
  simulator.setDown(true)
  await simulator.pay("payses_01A")
  expect(reader.events).toEqual([])
  const down = await fetchIt(expected).catch((error: unknown) => error)
  expect(down).not.toBeInstanceOf(GatewayRefusedError)
  expect(String(down)).toContain("503")
  simulator.setDown(false)
  await simulator.redeliver()
  expect(reader.facts().captured).toEqual([brl("42.00")])
  account = { ...account, config: { ...account.config, accessToken: "TEST-anotherToken-00000000000000" } }
  await expect(fetchIt(expected)).rejects.toThrow(/Copy it again from Your integrations/)
})

it("keeps a page open as long as the owner says", async () => {
  account = {
    ...account,
    config: { ...account.config, expiresAfterMinutes: 5, binaryMode: true, maxInstallments: 3 },
  }
  await start("payses_01A")
  const sent = JSON.parse(String(simulator.calls[0]?.body)) as Record<string, unknown>
  expect(sent).toMatchObject({ expires: true, binary_mode: true, payment_methods: { installments: 3 } })
  const left = Date.parse(String(sent.expiration_date_to)) - Date.now()
  expect(left).toBeGreaterThan(4 * 60_000)
  expect(left).toBeLessThanOrEqual(5 * 60_000)
})

it("lists every payment that was changed in a period, on as many pages as there are", async () => {
  await start("payses_01A")
  for (let count = 0; count < 51; count++) await simulator.decline("payses_01A")
  await simulator.pay("payses_01A")
  const now = Date.now()
  const period = { from: new Date(now - 60_000), to: new Date(now + 60_000) }
  const events = await collect(operations.list(period, account, reader.io))
  expect(new Set(events.map((event) => event.gatewayPayment)).size).toBe(52)
  const before = { from: new Date(now - 120_000), to: new Date(now - 60_000) }
  expect(await collect(operations.list(before, account, reader.io))).toEqual([])
})

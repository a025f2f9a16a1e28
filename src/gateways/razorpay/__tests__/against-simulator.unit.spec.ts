import Razorpay from "razorpay"
import { fold } from "../../../domain/fold"
import type { PaymentEvent } from "../../../domain/payment-event"
import { GatewayRefusedError, type Account, type Expected } from "../../gateway"
import { startReader, type Reader } from "../../simulation/reader"
import { razorpayConfig, type RazorpayConfig } from "../config"
import razorpay from "../index"
import { startRazorpaySimulator, type RazorpaySimulator, type RazorpaySimulatorOptions } from "../simulator"

const operations = razorpay.operations!
const [keyId, keySecret] = ["rzp_test_onlyForTests00", "onlyForTestsKeySecret000"]
const secret = "onlyForTestsCurrentWebhookSecret"
const inr = (amount: string) => ({ amount, currency: "inr" })

let simulator: RazorpaySimulator
let reader: Reader
let config: Partial<RazorpayConfig>
let now: Date

async function playInstead(options: RazorpaySimulatorOptions): Promise<void> {
  await simulator.stop()
  simulator = await startRazorpaySimulator({ notifyUrl: reader.notifyUrl, now: () => now, ...options })
}

beforeEach(async () => {
  config = {}
  now = new Date()
  reader = await startReader(razorpay, account)
  simulator = await startRazorpaySimulator({ notifyUrl: reader.notifyUrl, now: () => now })
})
afterEach(async () => {
  await simulator.stop()
  await reader.stop()
})

function account(): Account<RazorpayConfig> {
  const options = { keyId, keySecret, webhookSecrets: [secret], simulator: simulator.url, ...config }
  return { id: "razorpay", mode: "test", config: razorpayConfig.parse(options) }
}

async function create(
  reference = "payses_01TEST",
  money = inr("420.00")
): Promise<Expected & { url: string }> {
  const input = {
    reference,
    money,
    notifyUrl: reader.notifyUrl,
    returnUrl: "https://shop.example/done",
    cancelUrl: "https://shop.example/cart",
    email: "buyer@example.com",
  }
  const created = await operations.create(input, account(), { ...reader.io, now: () => now })
  if (created.next.kind !== "redirect") throw new Error("a redirect is expected")
  return { reference, money, gatewayPayments: [created.gatewayPayment ?? ""], url: created.next.url }
}

const linkOf = (expected: Expected) => expected.gatewayPayments.at(-1) ?? ""
const fetchEvents = async (expected: Expected) =>
  (await operations.fetch?.(expected, account(), reader.io)) ?? []

describe("a payment link", () => {
  it("carries a buyer to a payment that four messages tell and that counts once", async () => {
    const { url } = await create()
    const body = new URLSearchParams({ action: "pay" })
    const response = await fetch(url, { method: "POST", body, redirect: "manual" })
    expect(response.headers.get("location")).toBe("https://shop.example/done")
    await simulator.settled()
    expect(
      simulator.letters.map(({ body: sent }) => (JSON.parse(sent.toString()) as { event: string }).event)
    ).toEqual(["payment.authorized", "payment.captured", "order.paid", "payment_link.paid"])
    expect(reader.verdicts).toEqual(Array(4).fill("proven"))
    expect(reader.events.every(({ reference, test }) => reference === "payses_01TEST" && test)).toBe(true)
    expect(reader.facts()).toMatchObject({
      authorized: [inr("420.00")],
      captured: [inr("420.00")],
      fees: [inr("9.91")],
    })
    expect(new Set(reader.events.map(({ key }) => key)).size).toBe(2)
  })

  it("stays open after a declined try, and one payment is one amount", async () => {
    const link = linkOf(await create())
    await simulator.decline(link)
    expect(reader.facts()).toMatchObject({ captured: [], attemptsFailed: 1 })
    expect(reader.facts().ended).toBeUndefined()
    await simulator.pay(link)
    expect(reader.facts()).toMatchObject({ captured: [inr("420.00")], attemptsFailed: 1 })
  })

  it("may be authorised late, after a failure was told, and is captured by the store", async () => {
    const expected = await create()
    await simulator.authorizeLate(linkOf(expected))
    expect(reader.facts()).toMatchObject({ authorized: [inr("420.00")], captured: [], attemptsFailed: 1 })
    const input = { expected, money: inr("420.00"), key: "cap_1" }
    await operations.capture?.(input, account(), reader.io)
    expect(fold((await operations.capture?.(input, account(), reader.io)) ?? []).captured).toEqual([
      inr("420.00"),
    ])
    await simulator.settled()
    expect(reader.facts().captured).toEqual([inr("420.00")])
    expect(simulator.calls.filter(({ path }) => path.endsWith("/capture"))).toHaveLength(1)
  })

  it("is cancelled when a late authorisation is never captured: nothing was paid, nothing refunded", async () => {
    const expected = await create()
    const { id } = await simulator.authorizeLate(linkOf(expected))
    await simulator.lapse(id)
    for (const facts of [reader.facts(), fold(await fetchEvents(expected))]) {
      expect(facts).toMatchObject({ authorized: [], captured: [], refunded: [], refunds: [] })
    }
    expect(reader.facts().ended?.as).toBe("canceled")
  })

  it("ends when its time is over or the merchant cancels it", async () => {
    await simulator.expire(linkOf(await create("payses_a")))
    expect(reader.facts().ended?.as).toBe("expired")
    const expected = await create("payses_b")
    const cancel = () =>
      operations.cancel?.({ expected, money: expected.money, key: "x-cancel" }, account(), reader.io)
    expect(fold((await cancel()) ?? []).ended?.as).toBe("canceled")
    expect(fold((await cancel()) ?? []).ended?.as).toBe("canceled")
  })

  it("is not cancelled under a payment", async () => {
    const [paid, late] = [await create("payses_a"), await create("payses_b")]
    await simulator.pay(linkOf(paid))
    await simulator.authorizeLate(linkOf(late))
    for (const expected of [paid, late]) {
      const cancel = operations.cancel?.({ expected, money: expected.money, key: "c" }, account(), reader.io)
      await expect(cancel).rejects.toThrow(GatewayRefusedError)
    }
  })

  it("is made once, and anew for another amount or when the old one ended unpaid", async () => {
    const [first, again] = [await create(), await create()]
    expect(again.gatewayPayments).toEqual(first.gatewayPayments)
    const other = await create("payses_01TEST", inr("421.00"))
    expect(other.gatewayPayments).not.toEqual(first.gatewayPayments)
    await simulator.expire(linkOf(first))
    const next = await create()
    expect(next.gatewayPayments).not.toEqual(first.gatewayPayments)
    expect((await create()).gatewayPayments).toEqual(next.gatewayPayments)
  })

  it("tells the amount of a link that was asked for before", async () => {
    const [old, latest] = [await create(), await create("payses_01TEST", inr("421.00"))]
    await simulator.pay(linkOf(old))
    const expected = { ...latest, gatewayPayments: [...old.gatewayPayments, ...latest.gatewayPayments] }
    expect(fold(await fetchEvents(expected)).captured).toEqual([inr("420.00")])
    expect(reader.facts().captured).toEqual([inr("420.00")])
  })

  it.each([
    ["jpy", "295", 295],
    ["kwd", "295.990", 295990],
  ])("asks for %s in its own digits", async (currency, amount, sent) => {
    const expected = await create("payses_01TEST", { amount, currency })
    expect(simulator.linkOf("payses_01TEST").amount).toBe(sent)
    await simulator.pay(linkOf(expected))
    expect(reader.facts().captured).toEqual([{ amount, currency }])
  })
})

describe("what happens to a payment", () => {
  it("is read in any order and however often it is told, and the same when Razorpay is asked", async () => {
    const expected = await create()
    await simulator.decline(linkOf(expected))
    const { id } = await simulator.pay(linkOf(expected))
    const refund = await simulator.refund(id, 5000, "pending")
    await simulator.settleRefund(refund, "processed")
    await simulator.refund(id, 1000)
    const dispute = await simulator.dispute(id)
    await simulator.moveDispute(dispute, "under_review")
    await simulator.moveDispute(dispute, "lost")
    const told = reader.facts()
    expect(told).toMatchObject({
      captured: [inr("420.00")],
      refunded: [inr("60.00")],
      disputes: [{ resource: dispute, state: "lost" }],
    })
    await simulator.deliver({ times: 2, shuffle: 7 })
    expect(reader.facts()).toEqual(told)
    const asked = fold(await fetchEvents(expected))
    expect(asked).toMatchObject({ captured: told.captured, refunded: told.refunded, attemptsFailed: 1 })
  })

  it("counts no refund that failed after all", async () => {
    const { id } = await simulator.pay(linkOf(await create()))
    const refund = await simulator.refund(id, 5000, "pending")
    expect(reader.facts()).toMatchObject({ refunded: [], refunds: [{ state: "pending" }] })
    await simulator.settleRefund(refund, "failed")
    expect(reader.facts()).toMatchObject({ refunded: [], refunds: [{ state: "failed" }] })
  })

  it("refunds once for one key, also when Razorpay has forgotten the key, and never more than was paid", async () => {
    const expected = await create()
    await simulator.pay(linkOf(expected))
    const refund = async (amount: string, key: string) =>
      (await operations.refund?.({ expected, money: inr(amount), key }, account(), reader.io)) ?? []
    const first = await refund("50.00", "ref_1")
    expect(await refund("50.00", "ref_1")).toEqual(first)
    expect(simulator.calls.filter(({ path }) => path.endsWith("/refund"))).toHaveLength(1)
    await refund("370.00", "ref_2")
    await simulator.settled()
    expect(reader.facts().refunded).toEqual([inr("420.00")])
    await expect(refund("1.00", "ref_3")).rejects.toThrow(/fully refunded/)
  })

  it("tells when a refund that was asked for is done", async () => {
    await playInstead({ refundStatus: "pending" })
    const expected = await create()
    await simulator.pay(linkOf(expected))
    const events = await operations.refund?.(
      { expected, money: inr("5.00"), key: "ref_1" },
      account(),
      reader.io
    )
    expect(events).toMatchObject([{ type: "refund.pending", money: inr("5.00") }])
    await simulator.settleRefund(events?.[0]?.resource ?? "", "processed")
    expect(reader.facts().refunded).toEqual([inr("5.00")])
  })

  it("tells settlements in the currency of the merchant's bank", async () => {
    config = { settlementCurrency: "myr" }
    await simulator.settle(9973635)
    expect(reader.facts().payouts).toMatchObject([
      { state: "paid", money: { amount: "99736.35", currency: "myr" } },
    ])
  })
})

describe("trouble", () => {
  it("accepts the old secret of messages that are sent again after the secret was changed", async () => {
    const link = linkOf(await create())
    reader.answerWith(503)
    await simulator.pay(link)
    const next = "onlyForTestsNextWebhookSecret000"
    simulator.signWith(next)
    config = { webhookSecrets: [next, secret] }
    reader.answerWith(0)
    await simulator.redeliver()
    await simulator.settle(100)
    expect(reader.facts()).toMatchObject({ captured: [inr("420.00")], payouts: [{ state: "paid" }] })
    config = { webhookSecrets: [next] }
    await simulator.deliver()
    expect(reader.verdicts.slice(-5)).toEqual(["refused", "refused", "refused", "refused", "proven"])
  })

  it("believes no changed message", async () => {
    await simulator.pay(linkOf(await create()))
    const count = reader.events.length
    const [genuine] = simulator.letters
    const body = genuine?.body.toString().replace("42000", "42001") ?? ""
    const answer = await fetch(reader.notifyUrl, {
      method: "POST",
      headers: genuine?.headers(now) ?? {},
      body,
    })
    expect(answer.status).toBe(401)
    expect(reader.events).toHaveLength(count)
  })

  it("is tried again while Razorpay is down, and refused in words when Razorpay says no", async () => {
    simulator.setDown(true)
    const down = await create().catch((error: unknown) => error)
    expect(down).toEqual(new Error("Razorpay answered 503"))
    expect(down).not.toBeInstanceOf(GatewayRefusedError)
    simulator.setDown(false)
    await expect(create("payses_01TEST", inr("0.50"))).rejects.toThrow(/at least INR 1.00/)
    config = { keySecret: "anotherMadeUpKeySecret00" }
    await expect(create()).rejects.toThrow(
      /does not accept the keyId and keySecret of the account "razorpay"/
    )
  })

  it.each([
    [
      409,
      "BAD_REQUEST_ERROR",
      "Another request with the same idempotency key is still in progress.",
      "later",
    ],
    [
      409,
      "BAD_REQUEST_ERROR",
      "Different request with the same idempotency key has already been processed.",
      "no",
    ],
    [400, "GATEWAY_ERROR", "The bank could not be reached.", "later"],
    [429, "BAD_REQUEST_ERROR", "Too many requests", "later"],
    [500, "SERVER_ERROR", "We are facing some trouble completing your request at the moment.", "later"],
    [400, "BAD_REQUEST_ERROR", "The amount is invalid.", "no"],
    [302, "", "", "later"],
  ])("takes %i %s %s for a %s", async (status, code, description, as) => {
    const body = Buffer.from(JSON.stringify({ error: { code, description } }))
    const request = () => Promise.resolve({ status, headers: {}, body })
    const expected = { reference: "payses_x", money: inr("1.00"), gatewayPayments: ["pay_x"] }
    const error = await operations
      .fetch?.(expected, account(), { ...reader.io, request })
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(Error)
    expect(error instanceof GatewayRefusedError ? "no" : "later").toBe(as)
  })

  it("knows nothing of a payment that Razorpay does not know", async () => {
    const expected = {
      reference: "payses_x",
      money: inr("1.00"),
      gatewayPayments: ["plink_x", "pay_x", "pay_../x"],
    }
    expect(await fetchEvents(expected)).toEqual([])
    expect(simulator.calls.map(({ path }) => path)).toEqual([
      "/v1/payment_links/plink_x",
      "/v1/payments/pay_x",
    ])
  })

  it("lists a period page by page, with the refunds of older payments and the settlements", async () => {
    now = new Date("2026-01-01T00:00:00Z")
    simulator.notify("http://127.0.0.1:1/")
    const { id } = await simulator.pay(linkOf(await create("payses_old")))
    now = new Date("2026-02-01T00:00:00Z")
    for (let count = 0; count < 105; count++) await simulator.decline(linkOf(await create(`payses_${count}`)))
    await simulator.refund(id, 1000)
    await simulator.settle(100)
    now = new Date("2026-03-01T00:00:00Z")
    await simulator.pay(linkOf(await create("payses_new")))
    const listed: PaymentEvent[] = []
    const period = { from: new Date("2026-02-01T00:00:00Z"), to: new Date("2026-03-01T00:00:00Z") }
    for await (const events of operations.list!(period, account(), reader.io)) listed.push(...events)
    const count = (type: string) => listed.filter((event) => event.type === type).length
    expect([count("payment.attempt_failed"), count("refund.succeeded"), count("payout.paid")]).toEqual([
      105, 1, 1,
    ])
    expect(listed).toHaveLength(107)
  })
})

describe("the simulator, as Razorpay's own SDK sees it", () => {
  it("answers the SDK's calls", async () => {
    const client = new Razorpay({ key_id: keyId, key_secret: keySecret })
    const { rq } = (client as unknown as { api: { rq: { defaults: { baseURL: string } } } }).api
    rq.defaults.baseURL = simulator.url
    const link = await client.paymentLink.create({
      amount: 42000,
      currency: "INR",
      description: "Order",
      reference_id: "sdk-1",
      customer: { email: "buyer@example.com" },
      notes: { ipn_reference: "payses_sdk" },
    })
    await simulator.authorizeLate(link.id)
    const { id, order_id: order } = simulator.paymentOf("payses_sdk")
    expect(await client.payments.capture(id, 42000, "INR")).toMatchObject({ status: "captured" })
    expect(await client.orders.fetchPayments(order)).toMatchObject({ items: [{ id, status: "captured" }] })
    expect(await client.payments.refund(id, { amount: 1000 })).toMatchObject({ payment_id: id, amount: 1000 })
    expect(await client.payments.fetchMultipleRefund(id, {})).toMatchObject({ count: 1 })
    expect(await client.paymentLink.fetch(link.id)).toMatchObject({ status: "paid", amount_paid: 42000 })
    await expect(client.paymentLink.cancel(link.id)).rejects.toMatchObject({ statusCode: 400 })
  })
})

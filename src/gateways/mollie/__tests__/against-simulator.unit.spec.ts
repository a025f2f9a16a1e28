import { Client } from "mollie-api-typescript"
import { fold } from "../../../domain/fold"
import type { PaymentEvent } from "../../../domain/payment-event"
import { GatewayRefusedError, type Account, type Expected } from "../../gateway"
import { startReader, type Reader } from "../../simulation/reader"
import { mollieConfig, type MollieConfig } from "../config"
import mollie from "../index"
import { startMollieSimulator, type MollieSimulator, type MollieSimulatorOptions } from "../simulator"

const operations = mollie.operations!
const apiKey = "test_onlyForTestsMadeUp000000000"
const secret = "onlyForTestsCurrentSigningSecret"
const eur = (amount: string) => ({ amount, currency: "eur" })

let simulator: MollieSimulator
let reader: Reader
let config: Partial<MollieConfig>

/** Another Mollie in place of the one that the test began with. */
async function playInstead(options: MollieSimulatorOptions): Promise<void> {
  await simulator.stop()
  simulator = await startMollieSimulator({ apiKey, ...options })
}

beforeEach(async () => {
  config = {}
  simulator = await startMollieSimulator({ apiKey })
  reader = await startReader(mollie, account)
})
afterEach(async () => {
  await simulator.stop()
  await reader.stop()
})

function account(): Account<MollieConfig> {
  return {
    id: "mollie",
    mode: "test",
    config: mollieConfig.parse({ apiKey, webhookSecrets: [secret], simulator: simulator.url, ...config }),
  }
}

async function create(reference = "payses_1", money = eur("42.00")): Promise<Expected> {
  const created = await operations.create(
    {
      reference,
      money,
      notifyUrl: reader.notifyUrl,
      returnUrl: "https://shop.example/done",
      cancelUrl: "https://shop.example/cart",
      email: "buyer@example.com",
    },
    account(),
    reader.io
  )
  if (created.next.kind !== "redirect") throw new Error("a redirect is expected")
  expect(new URL(created.next.url).origin).toBe(simulator.url)
  return { reference, money, gatewayPayments: [created.gatewayPayment ?? ""] }
}

const idOf = (expected: Expected) => expected.gatewayPayments.at(-1) ?? ""

describe("with classic webhooks", () => {
  it("carries a buyer from the payment page to a confirmed payment", async () => {
    const expected = await create()
    const page = `${simulator.url}/checkout/${idOf(expected)}`
    const response = await fetch(page, {
      method: "POST",
      body: new URLSearchParams({ action: "pay" }),
      redirect: "manual",
    })
    expect(response.headers.get("location")).toBe("https://shop.example/done")
    await simulator.settled()
    expect(reader.verdicts).toEqual(["unproven"])
    expect(reader.events).toMatchObject([
      {
        type: "payment.captured",
        reference: "payses_1",
        gatewayPayment: idOf(expected),
        money: eur("42.00"),
        test: true,
      },
    ])
  })

  it("lets a declined buyer try again, and is told of a payment that failed for good", async () => {
    const page = `${simulator.url}/checkout/${idOf(await create())}`
    const declined = await fetch(page, { method: "POST", body: new URLSearchParams({ action: "decline" }) })
    expect(await declined.text()).toContain("declined")
    await fetch(page, { method: "POST", body: new URLSearchParams({ action: "fail" }), redirect: "manual" })
    await simulator.settled()
    expect(reader.facts()).toMatchObject({ captured: [], ended: { as: "failed" } })
  })

  it.each(["canceled", "expired"] as const)("ends a payment that is %s", async (status) => {
    await simulator.fail(idOf(await create()), status)
    expect(reader.facts()).toMatchObject({ captured: [], ended: { as: status } })
  })

  it("waits for a debit that takes days", async () => {
    const id = idOf(await create())
    await simulator.wait(id)
    expect((await operations.fetch?.(expectedOf(id), account(), reader.io))?.[0]?.type).toBe(
      "payment.pending"
    )
    await simulator.pay(id)
    expect(reader.facts().captured).toEqual([eur("42.00")])
  })

  it("reads a whole life in any order and however often it is told", async () => {
    config = { captureMode: "manual" }
    const id = idOf(await create())
    await simulator.pay(id)
    expect(reader.facts()).toMatchObject({ authorized: [eur("42.00")], captured: [] })
    await simulator.capture(id, eur("30.00"))
    await simulator.capture(id, eur("5.00"), "failed")
    await simulator.release(id)
    await simulator.refund(id, eur("5.00"))
    const chargeback = await simulator.chargeBack(id)
    expect(reader.facts().disputes).toMatchObject([{ resource: chargeback, state: "opened" }])
    await simulator.reverse(chargeback)
    const told = reader.facts()
    expect(told).toMatchObject({
      authorized: [eur("42.00")],
      captured: [eur("30.00")],
      refunded: [eur("5.00")],
      disputes: [{ state: "won" }],
    })
    await simulator.deliver({ times: 2, shuffle: 7 })
    expect(reader.facts()).toEqual({ ...told, events: reader.facts().events })
  })

  it("counts a refund once it reached the buyer, and no more when it failed", async () => {
    const id = idOf(await create())
    await simulator.pay(id)
    const refund = await simulator.refund(id, eur("5.00"), "processing")
    expect(reader.facts()).toMatchObject({ refunded: [], refunds: [{ state: "pending" }] })
    await simulator.settleRefund(refund, "refunded")
    expect(reader.facts().refunded).toEqual([eur("5.00")])
    await simulator.settleRefund(refund, "failed")
    expect(reader.facts()).toMatchObject({ refunded: [], refunds: [{ state: "failed" }] })
  })

  it("neither believes nor denies while Mollie is down, and is told again", async () => {
    const id = idOf(await create())
    simulator.setDown(true)
    await simulator.pay(id)
    expect(reader.events).toEqual([])
    simulator.setDown(false)
    await simulator.redeliver()
    expect(reader.facts().captured).toEqual([eur("42.00")])
  })

  it("believes nothing of a payment that Mollie does not know, and nothing of another account's", async () => {
    const body = new URLSearchParams({ id: "tr_unknown" })
    expect((await fetch(reader.notifyUrl, { method: "POST", body })).status).toBe(200)
    expect(reader.verdicts).toEqual(["unproven"])
    expect(reader.events).toEqual([])
  })
})

describe("with next-generation webhooks", () => {
  beforeEach(() => simulator.subscribe({ url: reader.notifyUrl, secret }))

  it("counts a payment once that both kinds of webhook tell", async () => {
    const id = idOf(await create())
    await simulator.pay(id)
    expect([...reader.verdicts].sort()).toEqual(["proven", "unproven"])
    expect(new Set(reader.events.map(({ key }) => key)).size).toBe(1)
    await simulator.refund(id, eur("2.00"))
    await simulator.refund(id, eur("3.00"))
    expect(reader.facts()).toMatchObject({ captured: [eur("42.00")], refunded: [eur("5.00")] })
  })

  it("asks for what a simple payload leaves out", async () => {
    simulator.subscribe({ url: reader.notifyUrl, secret, payload: "simple" })
    const id = idOf(await create())
    await simulator.pay(id)
    await simulator.refund(id, eur("2.00"))
    await simulator.chargeBack(id)
    expect(new Set(reader.verdicts)).toEqual(new Set(["unproven"]))
    expect(reader.facts()).toMatchObject({ refunded: [eur("2.00")], disputes: [{ state: "opened" }] })
  })

  it("accepts the previous secret during a rotation, and refuses it afterwards", async () => {
    await simulator.payOut(eur("100.00"))
    config = { webhookSecrets: ["onlyForTestsNextSigningSecret000", secret] }
    await simulator.payOut(eur("200.00"))
    config = { webhookSecrets: ["onlyForTestsNextSigningSecret000"] }
    await simulator.payOut(eur("300.00"))
    expect(reader.verdicts).toEqual(["proven", "proven", "refused"])
    expect(reader.facts().payouts.map(({ money }) => money)).toEqual([eur("100.00"), eur("200.00")])
  })
})

describe("what the store asks for", () => {
  it("makes one payment however often it is asked for, and another for another amount", async () => {
    const [first, again, other] = [await create(), await create(), await create("payses_1", eur("43.00"))]
    expect(first.gatewayPayments).toEqual(again.gatewayPayments)
    expect(other.gatewayPayments).not.toEqual(first.gatewayPayments)
  })

  it("tells both amounts when the buyer pays one that was asked for before", async () => {
    const [old, latest] = [await create(), await create("payses_1", eur("43.00"))]
    await simulator.pay(idOf(old))
    const expected = { ...latest, gatewayPayments: [...old.gatewayPayments, ...latest.gatewayPayments] }
    expect(fold((await operations.fetch?.(expected, account(), reader.io)) ?? []).captured).toEqual([
      eur("42.00"),
    ])
    const refunded = await refund(expected, eur("42.00"))
    expect(refunded).toMatchObject([{ gatewayPayment: idOf(old), type: "refund.pending" }])
  })

  it("captures in parts, each once", async () => {
    config = { captureMode: "manual" }
    const expected = await create()
    await simulator.pay(idOf(expected))
    const input = { expected, money: eur("30.00"), key: "cap_1" }
    await operations.capture?.(input, account(), reader.io)
    await operations.capture?.(input, account(), reader.io)
    await operations.capture?.({ expected, money: eur("12.00"), key: "cap_2" }, account(), reader.io)
    await simulator.settled()
    expect(reader.facts().captured).toEqual([eur("42.00")])
    const tooMuch = operations.capture?.({ expected, money: eur("1.00"), key: "cap_3" }, account(), reader.io)
    await expect(tooMuch).rejects.toThrow(GatewayRefusedError)
  })

  it("refunds once for one key, also when Mollie has forgotten the key", async () => {
    const expected = await create()
    await simulator.pay(idOf(expected))
    const first = await refund(expected, eur("5.00"), "ref_1")
    const posts = () =>
      simulator.calls.filter(({ method, path }) => method === "POST" && path.endsWith("/refunds"))
    expect(await refund(expected, eur("5.00"), "ref_1")).toMatchObject([{ resource: first[0]?.resource }])
    expect(posts()).toHaveLength(1)
    await refund(expected, eur("5.00"), "ref_2")
    await simulator.settled()
    expect(reader.facts().refunded).toEqual([eur("10.00")])
    await expect(refund(expected, eur("40.00"), "ref_3")).rejects.toThrow(/higher than the maximum/)
  })

  it("tells a refund that the bank sends back", async () => {
    await playInstead({ refunds: "failed" })
    const expected = await create()
    await simulator.pay(idOf(expected))
    await refund(expected, eur("5.00"))
    await simulator.settled()
    expect(reader.facts()).toMatchObject({ refunded: [], refunds: [{ state: "failed" }] })
  })

  it("cancels an open payment, releases a held one, and leaves a paid one alone", async () => {
    const [open, held, paid] = [await create("payses_1"), await create("payses_2"), await create("payses_3")]
    await simulator.authorize(idOf(held))
    await simulator.pay(idOf(paid))
    const cancel = (expected: Expected) =>
      operations.cancel?.(
        { expected, money: expected.money, key: `${expected.reference}-cancel` },
        account(),
        reader.io
      )
    for (const expected of [open, held, open]) {
      expect(fold((await cancel(expected)) ?? []).ended?.as).toBe("canceled")
    }
    await expect(cancel(paid)).rejects.toThrow(/money is there/)
  })

  it("is tried again while Mollie is down, and refused in words when Mollie says no", async () => {
    simulator.setDown(true)
    await expect(create()).rejects.not.toThrow(GatewayRefusedError)
    simulator.setDown(false)
    config = { apiKey: "test_anotherMadeUpKey000000000000" }
    await expect(create()).rejects.toThrow(/does not accept the apiKey of the account "mollie"/)
  })

  it("lists a period with the refunds and chargebacks of older payments, page by page", async () => {
    let now = new Date("2026-01-01T00:00:00Z")
    await playInstead({ now: () => now })
    const old = await create("payses_old")
    await simulator.pay(idOf(old))
    now = new Date("2026-02-01T00:00:00Z")
    for (let count = 0; count < 255; count++) await create(`payses_${count}`)
    await simulator.refund(idOf(old), eur("1.00"))
    now = new Date("2026-03-01T00:00:00Z")
    await create("payses_new")
    const listed: PaymentEvent[] = []
    const period = { from: new Date("2026-02-01T00:00:00Z"), to: new Date("2026-03-01T00:00:00Z") }
    for await (const events of operations.list!(period, account(), reader.io)) listed.push(...events)
    expect(listed.filter(({ type }) => type === "info")).toHaveLength(255)
    expect(listed.filter(({ type }) => type === "refund.succeeded")).toMatchObject([
      { gatewayPayment: idOf(old) },
    ])
    expect(listed).toHaveLength(256)
  })
})

describe("the simulator, as Mollie's own SDK sees it", () => {
  it("answers in the shapes that the SDK expects", async () => {
    const client = new Client({ serverURL: simulator.url, security: { apiKey } })
    const amount = { value: "42.00", currency: "EUR" }
    const made = await client.payments.create({
      paymentRequest: {
        amount,
        description: "Order",
        redirectUrl: "https://shop.example/done",
        captureMode: "manual",
      },
    })
    const paymentId = made.id ?? ""
    await simulator.pay(paymentId)
    const captured = await client.captures.create({
      paymentId,
      entityCapture: { amount, description: "All of it" },
    })
    expect(captured).toMatchObject({ status: "pending", paymentId })
    const refunded = await client.refunds.create({
      paymentId,
      refundRequest: { amount: { value: "5.00", currency: "EUR" }, description: "A part" },
    })
    expect(refunded).toMatchObject({ status: "pending", paymentId })
    await simulator.chargeBack(paymentId)
    expect(await client.payments.get({ paymentId })).toMatchObject({
      status: "paid",
      amount,
      amountCaptured: amount,
      amountRefunded: { value: "5.00", currency: "EUR" },
      amountChargedBack: amount,
    })
    await expect(client.payments.get({ paymentId: "tr_unknown" })).rejects.toThrow(/No payment exists/)
  })
})

function expectedOf(id: string): Expected {
  return { reference: "payses_1", money: eur("42.00"), gatewayPayments: [id] }
}

async function refund(
  expected: Expected,
  money = eur("5.00"),
  key = "ref_1"
): Promise<readonly PaymentEvent[]> {
  return (await operations.refund?.({ expected, money, key }, account(), reader.io)) ?? []
}

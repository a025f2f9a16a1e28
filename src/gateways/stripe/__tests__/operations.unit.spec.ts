import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import Stripe from "stripe"
import { startStripeSimulator, type StripeSimulator } from "../../stripe/simulator"
import { fold } from "../../../domain/fold"
import type { PaymentEvent } from "../../../domain/payment-event"
import { GatewayRefusedError, type CreateInput, type Expected, type Io, type Message } from "../../gateway"
import gateway from "../index"
import { stripeConfig } from "../config"
import { sender } from "../recordings/sender"

const secret = sender.account.config.webhookSecrets[0] ?? ""
const operations = gateway.operations!
const total = { amount: "42.00", currency: "eur" }

const io: Io = {
  async request({ method, url, headers, body }) {
    const response = await fetch(url, {
      method,
      headers: { ...headers },
      redirect: "manual",
      ...(body === undefined ? {} : { body: String(body) }),
    })
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: new Uint8Array(await response.arrayBuffer()),
    }
  },
  now: () => new Date(),
  remember: (_key, _forMs, make) => make(),
}

let simulator: StripeSimulator
let shop: Server
let told: PaymentEvent[]
let answerWith: number

beforeEach(async () => {
  told = []
  answerWith = 200
  shop = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => {
      const message: Message = {
        method: "POST",
        url: "https://shop.example/hooks/ipn/stripe",
        query: "",
        headers: request.headers as Record<string, string>,
        body: Buffer.concat(chunks),
        ip: "127.0.0.1",
        receivedAt: new Date(),
      }
      if (answerWith !== 200 || gateway.verify(message, account()).kind !== "proven") {
        response.writeHead(answerWith === 200 ? 401 : answerWith).end()
        return
      }
      told.push(...gateway.parse(message, account()))
      response.writeHead(200).end()
    })
  })
  await new Promise<void>((resolve) => shop.listen(0, "127.0.0.1", resolve))
  const { port } = shop.address() as AddressInfo
  simulator = await startStripeSimulator({
    notifyUrl: `http://127.0.0.1:${port}/`,
    webhookSecret: secret,
    apiKey: sender.account.config.apiKey ?? "",
  })
})

afterEach(async () => {
  await simulator.stop()
  await new Promise<void>((resolve) => shop.close(() => resolve()))
})

function account(options: object = {}) {
  const config = stripeConfig.parse({ ...sender.account.config, simulator: simulator.url, ...options })
  return { ...sender.account, config }
}

function input(values: Partial<CreateInput> = {}): CreateInput {
  return {
    reference: "payses_1",
    money: total,
    notifyUrl: "https://shop.example/hooks/ipn/stripe",
    returnUrl: "https://shop.example/return",
    cancelUrl: "https://shop.example/cart",
    ...values,
  }
}

async function start(options: object = {}): Promise<{ id: string; expected: Expected; url: string }> {
  const created = await operations.create(input(), account(options), io)
  if (created.next.kind !== "redirect" || !created.gatewayPayment) throw new Error("no redirect")
  const id = created.gatewayPayment
  return {
    id,
    url: created.next.url,
    expected: { reference: "payses_1", money: total, gatewayPayments: [id] },
  }
}

function paid(expected: Expected, payment: string): Expected {
  return { ...expected, gatewayPayments: [...expected.gatewayPayments, payment] }
}

describe("starting a payment", () => {
  it("opens a checkout page for exactly our amount, with our reference on the session and the payment", async () => {
    const { id, url } = await start({ paymentMethodTypes: ["card", "sepa_debit"], expiresAfterMinutes: 30 })
    expect(url).toBe(`${simulator.url}/pay/${id}`)
    expect(simulator.stripeCalls).toHaveLength(1)
    expect(simulator.stripeCalls[0]).toMatchObject({
      method: "POST",
      path: "/v1/checkout/sessions",
      version: "2026-10-28.endive",
      idempotencyKey: expect.stringMatching(/^create-payses_1-/),
      params: {
        mode: "payment",
        "line_items[0][price_data][unit_amount]": "4200",
        "line_items[0][price_data][currency]": "eur",
        client_reference_id: "payses_1",
        "metadata[ipn_reference]": "payses_1",
        "payment_intent_data[metadata][ipn_reference]": "payses_1",
        "adaptive_pricing[enabled]": "false",
        "payment_method_types[1]": "sepa_debit",
        success_url: "https://shop.example/return",
        cancel_url: "https://shop.example/cart",
      },
    })
    simulator.expectMoneyCalls()
  })

  it("opens one page when it is asked twice", async () => {
    const [first, second] = [await start(), await start()]
    expect(second.id).toBe(first.id)
    expect(simulator.stripeCalls.map((call) => call.replayed)).toEqual([false, true])
  })

  it("opens another page when the amount changed, for which Stripe would refuse the same key", async () => {
    const asked = (amount: string) =>
      operations.create(input({ money: { amount, currency: "eur" } }), account(), io)
    const [first, dearer, again] = [await asked("42.00"), await asked("43.00"), await asked("42.00")]
    expect(dearer.gatewayPayment).not.toBe(first.gatewayPayment)
    expect(again.gatewayPayment).toBe(first.gatewayPayment)
    const amounts = simulator.stripeCalls.map(
      ({ params }) => params["line_items[0][price_data][unit_amount]"]
    )
    expect(amounts).toEqual(["4200", "4300", "4200"])
    expect(simulator.stripeCalls.map((call) => [call.status, call.replayed])).toEqual([
      [200, false],
      [200, false],
      [200, true],
    ])
  })

  it("says in words what is missing when the account only receives", async () => {
    const silent = account({ apiKey: undefined })
    await expect(operations.create(input(), silent, io)).rejects.toThrow(GatewayRefusedError)
    await expect(operations.create(input(), silent, io)).rejects.toThrow(/account "stripe" has no apiKey/)
    expect(simulator.stripeCalls).toEqual([])
  })

  it("never calls the simulator of a live account", async () => {
    const asked: string[] = []
    const watching: Io = {
      ...io,
      request: async ({ url }) => (asked.push(url), Promise.reject(new Error("offline"))),
    }
    const live = { ...account(), mode: "live" as const }
    await expect(operations.create(input(), live, watching)).rejects.toThrow("offline")
    expect(asked).toEqual(["https://api.stripe.com/v1/checkout/sessions"])
  })
})

describe("a payment from the page to the refund", () => {
  it("is captured once, by messages, and the same when Stripe is asked", async () => {
    const { id, expected, url } = await start()
    const answer = await fetch(url, {
      method: "POST",
      body: new URLSearchParams({ action: "pay" }),
      redirect: "manual",
    })
    expect(answer.headers.get("location")).toBe("https://shop.example/return")
    await simulator.settled()

    const asked = await operations.fetch!(expected, account(), io)
    for (const events of [told, asked, [...told, ...asked]]) {
      expect(fold(events)).toMatchObject({ captured: [total], refunded: [], modes: ["test"] })
    }
    expect(told.map((event) => event.reference)).toEqual(told.map(() => "payses_1"))
    expect(fold([...told, ...asked]).fees).toEqual([{ amount: "0.88", currency: "eur" }])
    expect(await operations.fetch!(paid(expected, asked[0]?.gatewayPayment ?? ""), account(), io)).toEqual(
      asked.map((event) => ({ ...event, occurredAt: expect.any(Date) }))
    )
    expect(id).toMatch(/^cs_test_/)
    simulator.expectMoneyCalls()
  })

  it("is refunded in parts, once each however often it is asked, and a returned refund counts as failed", async () => {
    const { id, expected } = await start()
    await simulator.pay(id)
    const ten = { amount: "10.00", currency: "eur" }
    const first = await operations.refund!({ expected, money: ten, key: "ref_1" }, account(), io)
    await operations.refund!({ expected, money: ten, key: "ref_1" }, account(), io)
    await operations.refund!({ expected, money: ten, key: "ref_2" }, account(), io)
    simulator.expectMoneyCalls({ refund: 2 })
    expect(first).toMatchObject([{ type: "refund.succeeded", money: ten, reference: "payses_1" }])
    await simulator.settled()
    const asked = await operations.fetch!(expected, account(), io)
    expect(fold([...told, ...asked]).refunded).toEqual([{ amount: "20.00", currency: "eur" }])

    await simulator.returnRefund(first[0]?.resource ?? "")
    await simulator.settled()
    expect(
      fold(told)
        .refunds.map((refund) => refund.state)
        .sort()
    ).toEqual(["failed", "succeeded"])
  })

  it("is refused a refund of more than was paid, in Stripe's words", async () => {
    const { id, expected } = await start()
    await simulator.pay(id)
    const much = { amount: "50.00", currency: "eur" }
    const refund = operations.refund!({ expected, money: much, key: "ref_1" }, account(), io)
    await expect(refund).rejects.toThrow(/greater than unrefunded amount/)
    await expect(refund).rejects.toThrow(GatewayRefusedError)
    simulator.expectMoneyCalls()
  })

  it("cannot be refunded before the buyer paid", async () => {
    const { expected } = await start()
    const refund = operations.refund!({ expected, money: total, key: "ref_1" }, account(), io)
    await expect(refund).rejects.toThrow(/the buyer has not paid/)
  })
})

describe("a payment that is held", () => {
  const manual = { captureMethod: "manual" }

  it("is authorised until it is captured, and capturing it again changes nothing", async () => {
    const { id, expected } = await start(manual)
    await simulator.pay(id)
    await simulator.settled()
    expect(fold(told)).toMatchObject({ authorized: [total], captured: [] })

    const captured = await operations.capture!({ expected, money: total, key: "cap_1" }, account(manual), io)
    expect(fold(captured).captured).toEqual([total])
    const again = await operations.capture!({ expected, money: total, key: "cap_other" }, account(manual), io)
    expect(fold(again).captured).toEqual([total])
    simulator.expectMoneyCalls({ capture: 1 })
    await simulator.settled()
    expect(fold(told)).toMatchObject({ authorized: [total], captured: [total] })
  })

  it("is captured in part; what is released is no refund, also when Stripe is asked", async () => {
    const { id, expected } = await start(manual)
    await simulator.pay(id)
    const part = { amount: "20.00", currency: "eur" }
    await operations.capture!({ expected, money: part, key: "cap_1" }, account(manual), io)
    await simulator.settled()
    const asked = await operations.fetch!(expected, account(manual), io)
    for (const events of [told, asked]) expect(fold(events)).toMatchObject({ captured: [part], refunded: [] })
  })

  it("is released when it is cancelled", async () => {
    const { id, expected } = await start(manual)
    await simulator.pay(id)
    const canceled = await operations.cancel!({ expected, money: total, key: "can_1" }, account(manual), io)
    expect(canceled).toMatchObject([{ type: "payment.canceled" }])
    await simulator.settled()
    expect(fold(told)).toMatchObject({ authorized: [], captured: [], ended: { as: "canceled" } })
    simulator.expectMoneyCalls({ cancel: 1 })
  })
})

describe("a payment that nobody makes", () => {
  it("is closed by closing the page, once", async () => {
    const { id, expected } = await start()
    const first = await operations.cancel!({ expected, money: total, key: "can_1" }, account(), io)
    const second = await operations.cancel!({ expected, money: total, key: "can_2" }, account(), io)
    expect([first, second]).toMatchObject([[{ type: "payment.expired" }], [{ type: "payment.expired" }]])
    simulator.expectMoneyCalls({ expire: 1 })
    expect((await fetch(`${simulator.url}/pay/${id}`)).status).toBe(404)
  })

  it("cannot be cancelled once it was paid", async () => {
    const { id, expected } = await start()
    await simulator.pay(id)
    const cancel = operations.cancel!({ expected, money: total, key: "can_1" }, account(), io)
    await expect(cancel).rejects.toThrow(/status of succeeded/)
    simulator.expectMoneyCalls()
  })

  it("is known to Stripe and open, or not known at all", async () => {
    const { expected } = await start()
    expect(await operations.fetch!(expected, account(), io)).toMatchObject([
      { type: "info", reference: "payses_1" },
    ])
    const strange = { ...expected, gatewayPayments: ["cs_test_unknown", "pi_unknown", "pay_other"] }
    expect(await operations.fetch!(strange, account(), io)).toEqual([])
  })

  it("never puts a strange id into an address", async () => {
    const { expected } = await start()
    const strange = { ...expected, gatewayPayments: ["pi_1/../../v1/payouts"] }
    const refund = operations.refund!({ expected: strange, money: total, key: "ref_1" }, account(), io)
    await expect(refund).rejects.toThrow(/no id of Stripe/)
    expect(simulator.stripeCalls).toHaveLength(1)
  })
})

describe("when Stripe cannot answer", () => {
  it.each([429, 500, 503, 409, 302])("is tried again after %i, which is no refusal", async (status) => {
    simulator.failWith(status)
    const error = await operations.create(input(), account(), io).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(Error)
    expect(error).not.toBeInstanceOf(GatewayRefusedError)
  })

  it("says which key Stripe does not accept, without showing it", async () => {
    const wrong = account({ apiKey: "sk_test_anotherKey000000" })
    const create = operations.create(input(), wrong, io)
    await expect(create).rejects.toThrow(/does not accept the apiKey of the account "stripe"/)
    await expect(create).rejects.not.toThrow(/anotherKey/)
  })

  it("gets the messages again that we could not take", async () => {
    const { id } = await start()
    answerWith = 503
    await simulator.pay(id)
    await simulator.settled()
    expect(told).toEqual([])
    answerWith = 200
    const again = await simulator.redeliver()
    expect(again.map((delivery) => [delivery.attempt, delivery.status])).toEqual(again.map(() => [2, 200]))
    expect(fold(told).captured).toEqual([total])
    expect(await simulator.redeliver()).toEqual([])
  })
})

describe("the simulator beside Stripe's own SDK", () => {
  it("speaks to the official SDK as Stripe does", async () => {
    const stripe = new Stripe("sk_test_onlyForTests0000000000", {
      host: "127.0.0.1",
      port: new URL(simulator.url).port,
      protocol: "http",
      maxNetworkRetries: 0,
    })
    const intent = await stripe.paymentIntents.create(
      { amount: 4200, currency: "eur", capture_method: "manual", metadata: { session_id: "payses_2" } },
      { idempotencyKey: "once" }
    )
    const again = await stripe.paymentIntents.create(
      { amount: 4200, currency: "eur", capture_method: "manual", metadata: { session_id: "payses_2" } },
      { idempotencyKey: "once" }
    )
    expect(again.id).toBe(intent.id)
    await expect(
      stripe.paymentIntents.create({ amount: 1, currency: "eur" }, { idempotencyKey: "once" })
    ).rejects.toBeInstanceOf(Stripe.errors.StripeIdempotencyError)

    await simulator.pay(simulator.paymentOf("payses_2").id)
    expect((await stripe.paymentIntents.capture(intent.id, { amount_to_capture: 4200 })).status).toBe(
      "succeeded"
    )
    const whole = await stripe.paymentIntents.retrieve(intent.id, {
      expand: ["latest_charge.balance_transaction"],
    })
    expect(whole.latest_charge).toMatchObject({ amount_captured: 4200, balance_transaction: { fee: 88 } })
    expect((await stripe.refunds.create({ payment_intent: intent.id, amount: 200 })).status).toBe("succeeded")
    await expect(stripe.paymentIntents.cancel(intent.id)).rejects.toMatchObject({
      code: "payment_intent_unexpected_state",
    })
    await expect(stripe.paymentIntents.retrieve("pi_none")).rejects.toMatchObject({
      code: "resource_missing",
    })
    await simulator.settled()
    expect(fold(told)).toMatchObject({ captured: [total], refunded: [{ amount: "2.00" }] })
    expect(told.every((event) => event.reference === "payses_2" || event.type.startsWith("refund."))).toBe(
      true
    )
    simulator.expectMoneyCalls({ capture: 1, refund: 1 })
  })

  it("tells disputes, payments that take days, and payouts as Stripe does", async () => {
    const { id } = await start()
    const intent = await simulator.payLater(id)
    await simulator.settled()
    expect(fold(told)).toMatchObject({ pending: true, captured: [] })
    await simulator.arrive(intent.id)
    const dispute = await simulator.dispute(intent.id)
    await simulator.decide(dispute.id, "lost")
    await simulator.payOut(4112, "eur")
    await simulator.settled()
    const facts = fold(told)
    expect(facts).toMatchObject({ captured: [total], disputes: [{ state: "lost", money: total }] })
    expect(facts.payouts).toMatchObject([{ state: "paid", money: { amount: "41.12" } }])
    expect(facts.fees).toEqual([{ amount: "15.00", currency: "eur" }])
  })

  it("delivers in any order, and twice, and the payment is the same", async () => {
    const { id } = await start()
    await simulator.decline(id)
    await simulator.pay(id)
    for (const shuffle of [1, 2, 3]) await simulator.deliver({ shuffle, times: 2, atOnce: true })
    expect(told.length).toBeGreaterThan(simulator.events.length * 5)
    expect(fold(told)).toMatchObject({ captured: [total], attemptsFailed: 2 })
  })

  it("fails a test in which money moved unexpectedly", async () => {
    const { id, expected } = await start()
    await simulator.pay(id)
    await operations.refund!({ expected, money: total, key: "ref_1" }, account(), io)
    expect(() => simulator.expectMoneyCalls()).toThrow(
      /expected 0 capture, 0 refund.*found 0 capture, 1 refund/
    )
  })
})

import { startReader, type Reader } from "../../simulation/reader"
import { startSandboxSimulator, type SandboxSimulator } from "../../sandbox/simulator"
import type { PaymentEvent } from "../../../domain/payment-event"
import { GatewayRefusedError, type Account, type Expected, type Operations } from "../../gateway"
import sandbox, { sign } from "../index"
import type { SandboxOptions } from "../options"
import { sender } from "../recordings/sender"

let simulator: SandboxSimulator
let reader: Reader
const operations = sandbox.operations as Required<Operations<SandboxOptions>>

const account = (): Account<SandboxOptions> => ({
  id: "sandbox",
  mode: "test",
  config: {
    url: simulator.url,
    apiKey: "test-only-sandbox-api-key",
    webhookSecrets: ["test-only-sandbox-webhook-secret"],
  },
})
const eur = (amount: string) => ({ amount, currency: "eur" })

beforeEach(async () => {
  simulator = await startSandboxSimulator({ wait: async () => undefined })
  reader = await startReader(sandbox, account)
})
afterEach(async () => {
  await simulator.stop()
  await reader.stop()
})

async function startPayment(
  reference = "payses_1",
  money = eur("42.00")
): Promise<Expected & { page: string }> {
  const input = {
    reference,
    money,
    notifyUrl: reader.notifyUrl,
    returnUrl: "https://shop.example/done",
    cancelUrl: "https://shop.example/cart",
  }
  const { gatewayPayment = "", next } = await operations.create(input, account(), reader.io)
  if (next.kind !== "redirect") throw new Error("a redirect is expected")
  return { reference, money, gatewayPayments: [gatewayPayment], page: next.url }
}

const press = (page: string, action: string) =>
  fetch(page, { method: "POST", body: new URLSearchParams({ action }), redirect: "manual" })

describe("the hosted page", () => {
  it.each([
    ["pay", { captured: [eur("42.00")] }, "https://shop.example/done"],
    ["authorize", { captured: [], authorized: [eur("42.00")] }, "https://shop.example/done"],
    ["later", { pending: true, captured: [], authorized: [] }, "https://shop.example/done"],
    ["cancel", { ended: expect.objectContaining({ as: "canceled" }) }, "https://shop.example/cart"],
  ])("tells the store what the button %s did, and sends the buyer back", async (action, facts, location) => {
    const { page } = await startPayment()
    const shown = await (await fetch(page)).text()
    expect(shown).toContain("42.00 EUR")
    expect(shown).toContain(`value="${action}"`)
    const response = await press(page, action)
    expect([response.status, response.headers.get("location")]).toEqual([303, location])
    await simulator.settled()
    expect(reader.facts()).toMatchObject(facts)
    expect(reader.verdicts).toEqual(["proven"])
  })

  it("lets the buyer try again after a decline, and pay after choosing to pay later", async () => {
    const { page } = await startPayment()
    expect(await (await press(page, "decline")).text()).toContain("You can try again.")
    await press(page, "later")
    await press(page, "pay")
    await press(page, "pay")
    await simulator.settled()
    expect(reader.facts()).toMatchObject({ attemptsFailed: 1, captured: [eur("42.00")] })
  })

  it("writes what the store says as text", async () => {
    const { page } = await startPayment("<script>alert(1)</script>")
    expect(await (await fetch(page)).text()).not.toContain("<script>")
    expect(await (await fetch(simulator.url)).text()).not.toContain("<script>")
  })
})

it("has a dashboard where the owner refunds and sends messages again", async () => {
  const { page, gatewayPayments } = await startPayment()
  await press(page, "pay")
  await simulator.settled()
  expect(await (await fetch(simulator.url)).text()).toContain("1 messages sent, 1 accepted")
  const body = new URLSearchParams({ action: "refund", amount: "10.00" })
  await fetch(`${simulator.url}/dashboard/${gatewayPayments[0]}`, {
    method: "POST",
    body,
    redirect: "manual",
  })
  await press(`${simulator.url}/dashboard`, "again")
  await simulator.settled()
  expect(reader.facts()).toMatchObject({ captured: [eur("42.00")], refunded: [eur("10.00")] })
  expect(simulator.deliveries).toHaveLength(6)
})

describe("operations", () => {
  it("capture, refund and fetch agree with the messages about them", async () => {
    const expected = await startPayment()
    await simulator.authorize(expected.gatewayPayments[0] as string)
    const answers = [
      ...(await operations.capture({ expected, money: eur("30.00"), key: "cap_1" }, account(), reader.io)),
      ...(await operations.capture({ expected, money: eur("12.00"), key: "cap_2" }, account(), reader.io)),
      ...(await operations.refund({ expected, money: eur("5.00"), key: "ref_1" }, account(), reader.io)),
    ]
    await simulator.settled()
    const { captured, refunded } = reader.facts()
    expect({ captured, refunded }).toEqual({ captured: [eur("42.00")], refunded: [eur("5.00")] })
    expect(answers.map((event) => event.type)).toEqual([
      "payment.captured",
      "payment.captured",
      "refund.succeeded",
    ])
    const whole = await operations.fetch(expected, account(), reader.io)
    expect(whole[0]).toMatchObject({
      type: "payment.captured",
      reference: "payses_1",
      totals: { captured: eur("42.00"), refunded: eur("5.00") },
    })
    const byReference = operations.fetch({ ...expected, gatewayPayments: [] }, account(), reader.io)
    await expect(byReference).resolves.toEqual(whole)
    expect(whole.slice(1)).toMatchObject([{ type: "refund.succeeded", money: eur("5.00") }])
    expect(whole[1]?.key).toBe(answers[2]?.key)
  })

  it("lists the payments of a period, page by page, as it tells each when asked", async () => {
    const started = await Promise.all(Array.from({ length: 120 }, (_, n) => startPayment(`payses_${n}`)))
    const [first, second] = [started[0]!, started[1]!]
    await simulator.pay(first.gatewayPayments[0]!)
    await simulator.refund(first.gatewayPayments[0]!, "2.00", "pending")
    await simulator.pay(second.gatewayPayments[0]!)
    await simulator.dispute(second.gatewayPayments[0]!)
    const hour = (offset: number) => new Date(Date.now() + offset * 3_600_000)

    const pages: (readonly PaymentEvent[])[] = []
    const period = { from: hour(-1), to: hour(1) }
    for await (const page of operations.list(period, account(), reader.io)) pages.push(page)
    expect(pages).toHaveLength(2)
    const listed = pages.flat()
    expect(new Set(listed.map(({ gatewayPayment }) => gatewayPayment)).size).toBe(120)
    for (const one of [first, second]) {
      const told = await operations.fetch(one, account(), reader.io)
      expect(told).toHaveLength(2)
      expect(listed.filter(({ reference }) => reference === one.reference)).toEqual(told)
    }
    for (const [from, to] of [
      [hour(-2), hour(-1)],
      [hour(1), hour(2)],
    ] as const) {
      for await (const page of operations.list({ from, to }, account(), reader.io)) expect(page).toEqual([])
    }
  })

  it("moves money once for one key, however often it is asked", async () => {
    const expected = await startPayment()
    await simulator.authorize(expected.gatewayPayments[0] as string)
    const capture = () =>
      operations.capture({ expected, money: eur("10.00"), key: "cap_1" }, account(), reader.io)
    expect(await capture()).toEqual(await capture())
    expect(simulator.payments()[0]?.captured).toEqual(eur("10.00"))
    await startPayment()
    expect(simulator.payments()).toHaveLength(1)
  })

  it("cancel ends an authorised payment", async () => {
    const expected = await startPayment()
    await simulator.authorize(expected.gatewayPayments[0] as string)
    const answer = await operations.cancel(
      { expected, money: eur("42.00"), key: "can_1" },
      account(),
      reader.io
    )
    expect(answer).toMatchObject([{ type: "payment.canceled" }])
    await simulator.settled()
    expect(reader.facts().ended?.as).toBe("canceled")
  })

  it("says in words what the sandbox refused, and nothing of a payment that it does not know", async () => {
    const expected = await startPayment()
    const refund = operations.refund({ expected, money: eur("1.00"), key: "ref_1" }, account(), reader.io)
    await expect(refund).rejects.toEqual(new GatewayRefusedError("Only 0.00 can be refunded."))
    const unknown = { ...expected, gatewayPayments: ["pay_unknown/../.."] }
    await expect(operations.fetch(unknown, account(), reader.io)).resolves.toEqual([])
    const other = { ...expected, reference: "another", gatewayPayments: [] }
    await expect(operations.fetch(other, account(), reader.io)).resolves.toEqual([])
    const stranger = { ...account(), config: { ...account().config, apiKey: "another-api-key-0000" } }
    await expect(operations.fetch(expected, stranger, reader.io)).rejects.toThrow("The API key is wrong.")
  })

  it("is tried again while the sandbox is down", async () => {
    const expected = await startPayment()
    simulator.setDown(true)
    const asked = operations.fetch(expected, account(), reader.io)
    await expect(asked).rejects.toThrow("the sandbox answered 503")
    await expect(asked).rejects.not.toBeInstanceOf(GatewayRefusedError)
    simulator.setDown(false)
    await expect(operations.fetch(expected, account(), reader.io)).resolves.toMatchObject([{ type: "info" }])
  })
})

it("says the same whatever is delivered again and in whatever order", async () => {
  const { gatewayPayments } = await startPayment()
  const id = gatewayPayments[0] as string
  await simulator.decline(id)
  await simulator.authorize(id)
  await simulator.capture(id, "30.00")
  await simulator.refund(id, "10.00")
  await simulator.settleRefund(id, await simulator.refund(id, "7.00", "pending"), "failed")
  await simulator.dispute(id)
  await simulator.dispute(id, "won")
  const told = reader.facts()
  expect(told).toMatchObject({
    captured: [eur("30.00")],
    refunded: [eur("10.00")],
    disputes: [{ state: "won" }],
  })
  for (const shuffle of [1, 2, 3]) await simulator.deliver({ times: 2, shuffle })
  expect(reader.facts()).toEqual(told)
  expect(reader.verdicts).not.toContain("refused")
})

it("delivers again what the store did not acknowledge", async () => {
  const { gatewayPayments } = await startPayment()
  reader.answerWith(503)
  await simulator.pay(gatewayPayments[0] as string)
  expect(reader.facts().captured).toEqual([])
  reader.answerWith(0)
  await simulator.redeliver()
  expect(simulator.deliveries.map(({ attempt, status, accepted }) => [attempt, status, accepted])).toEqual([
    [1, 503, false],
    [2, 200, true],
  ])
  expect(reader.facts().captured).toEqual([eur("42.00")])
  await expect(simulator.redeliver()).resolves.toEqual([])
})

it("is signed as its documentation says", () => {
  const at = new Date("2026-01-15T10:30:00Z")
  const empty = { method: "POST", url: "", query: "", headers: {}, ip: "", receivedAt: at } as const
  const message = sender.sign({ ...empty, body: Buffer.from("{}") }, sender.account, at)
  const secret = sender.account.config.webhookSecrets[0] as string
  expect(sign("{}", secret, at)).toBe(message.headers["sandbox-signature"])
})

it("is for accounts in test mode on this machine", () => {
  expect(sandbox.check?.({ ...account(), mode: "live" })).toEqual([
    expect.stringContaining('set mode to "test"'),
  ])
  expect(sandbox.config.safeParse({ ...account().config, url: "https://pay.example" }).success).toBe(false)
})

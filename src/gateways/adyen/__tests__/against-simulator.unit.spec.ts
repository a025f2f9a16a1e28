import { fold } from "../../../domain/fold"
import { GatewayRefusedError, type Account, type Expected } from "../../gateway"
import { startReader, type Reader } from "../../simulation/reader"
import type { AdyenConfig } from "../config"
import adyen from "../index"
import { startAdyenSimulator, type AdyenSimulator } from "../simulator"

const hmacKey = "7E57000000000000000000000000000000000000000000000000000000007E57"
const newKey = "7E57111111111111111111111111111111111111111111111111111111117E57"
const eur = (amount: string) => ({ amount, currency: "eur" })
const operations = adyen.operations as NonNullable<typeof adyen.operations>

let simulator: AdyenSimulator
let reader: Reader
let config: AdyenConfig
const account = (): Account<AdyenConfig> => ({ id: "adyen", mode: "test", config })

beforeEach(async () => {
  config = {
    merchantAccount: "TestOnlyECOM",
    hmacKeys: [hmacKey],
    basicAuth: ["test-only:password-1"],
    apiKey: "test-only-adyen-api-key-0000",
    captureMethod: "manual",
  }
  reader = await startReader(adyen, account)
  simulator = await startAdyenSimulator({
    apiKey: "test-only-adyen-api-key-0000",
    hmacKey,
    merchantAccount: "TestOnlyECOM",
    basicAuth: "test-only:password-1",
    notifyUrl: reader.notifyUrl,
  })
  config = { ...config, simulator: simulator.url }
})
afterEach(async () => {
  await simulator.stop()
  await reader.stop()
})

async function create(
  reference = "payses_1",
  money = eur("42.00")
): Promise<{ page: string; expected: Expected }> {
  const input = {
    reference,
    money,
    notifyUrl: reader.notifyUrl,
    returnUrl: "https://shop.example/done",
    cancelUrl: "https://shop.example/cart",
  }
  const { gatewayPayment, next } = await operations.create(input, account(), reader.io)
  if (next.kind !== "redirect" || !gatewayPayment) throw new Error("a payment page is expected")
  return { page: next.url, expected: { reference, money, gatewayPayments: [gatewayPayment] } }
}

/** What the store knows once the messages so far were settled. */
function learned(expected: Expected): Expected {
  const told = reader.events.flatMap((event) => event.gatewayPayment ?? [])
  return { ...expected, gatewayPayments: [...new Set([...expected.gatewayPayments, ...told])] }
}

const press = (page: string, action: string) =>
  fetch(page, { method: "POST", body: new URLSearchParams({ action }), redirect: "manual" })
const link = (reference = "payses_1") => simulator.books.linkOf(reference)

it("carries a buyer who is declined once to an authorised payment", async () => {
  const { page } = await create()
  expect((await press(page, "decline")).headers.get("location")).toContain("declined")
  const paid = await press(page, "pay")
  expect(paid.headers.get("location")).toBe("https://shop.example/done")
  await simulator.settled()
  expect(reader.verdicts).toEqual(["proven", "proven"])
  expect(simulator.deliveries.map(({ answer }) => answer)).toEqual(["[accepted]", "[accepted]"])
  expect(reader.facts()).toMatchObject({
    authorized: [eur("42.00")],
    captured: [],
    attemptsFailed: 1,
    modes: ["test"],
  })
})

it("captures in parts, refunds in part, and hears of both in messages", async () => {
  const { expected } = await create()
  await simulator.told(() => simulator.books.pay(link()))
  const known = learned(expected)
  for (const [key, amount] of [
    ["capt_1", "30.00"],
    ["capt_2", "12.00"],
  ] as const) {
    const [answered] =
      (await operations.capture?.({ expected: known, money: eur(amount), key }, account(), reader.io)) ?? []
    expect(answered).toMatchObject({ type: "info", gatewayPayment: known.gatewayPayments[1] })
  }
  const refunded = await operations.refund?.(
    { expected: known, money: eur("5.00"), key: "ref_1" },
    account(),
    reader.io
  )
  expect(refunded).toMatchObject([{ type: "refund.pending", money: eur("5.00"), reference: "payses_1" }])
  await simulator.settled()
  expect(reader.facts()).toMatchObject({
    captured: [eur("42.00")],
    refunded: [eur("5.00")],
    refunds: [{ resource: refunded?.[0]?.resource, state: "succeeded" }],
    paidTimes: 1,
  })
})

it("does nothing twice when a call is repeated", async () => {
  const { expected, page } = await create()
  expect((await create()).page).toBe(page)
  await simulator.told(() => simulator.books.pay(link()))
  const wish = { expected: learned(expected), money: eur("20.00"), key: "capt_1" }
  const first = await operations.capture?.(wish, account(), reader.io)
  expect(await operations.capture?.(wish, account(), reader.io)).toEqual(first)
  await simulator.settled()
  expect(reader.facts().captured).toEqual([eur("20.00")])
  expect((await create("payses_1", eur("43.00"))).page).not.toBe(page)
})

it("hears afterwards that a capture and a refund failed", async () => {
  await create()
  const { books, told } = simulator
  const payment = await told(() => books.pay(link()))
  await told(() => books.capture(payment))
  await told(() => books.refund(payment, { value: 1000, currency: "EUR" }))
  expect(reader.facts()).toMatchObject({ captured: [eur("42.00")], refunded: [eur("10.00")] })
  await told(() => books.failRefund(payment, "REFUNDED_REVERSED"))
  await told(() => books.failCapture(payment))
  expect(reader.facts()).toMatchObject({ captured: [], refunded: [], authorized: [eur("42.00")] })
})

it("tells a refund that was wished for and not possible as failed", async () => {
  const { expected } = await create()
  await simulator.told(() => simulator.books.pay(link()))
  const wish = { expected: learned(expected), money: eur("5.00"), key: "ref_1" }
  const pending = (await operations.refund?.(wish, account(), reader.io)) ?? []
  await simulator.settled()
  expect(reader.facts().refunds).toMatchObject([{ resource: pending[0]?.resource, state: "failed" }])
})

it("cancels what is held, and closes a page that nobody paid", async () => {
  const { expected } = await create()
  const wish = { expected, money: eur("42.00"), key: "payses_1-cancel" }
  expect(await operations.cancel?.(wish, account(), reader.io)).toMatchObject([{ type: "payment.expired" }])
  expect(link().status).toBe("expired")

  const second = await create("payses_2")
  await simulator.told(() => simulator.books.pay(link("payses_2")))
  const held = { ...wish, expected: learned(second.expected) }
  await operations.cancel?.(held, account(), reader.io)
  await simulator.settled()
  expect(reader.facts()).toMatchObject({ authorized: [], ended: { as: "canceled" } })
})

it("cancels by reference what was paid a moment ago, before its message came", async () => {
  const { expected } = await create()
  reader.answerWith(503)
  await simulator.told(() => simulator.books.pay(link()))
  reader.answerWith(0)
  const wish = { expected, money: eur("42.00"), key: "payses_1-cancel" }
  expect(await operations.cancel?.(wish, account(), reader.io)).toMatchObject([{ type: "info" }])
  await simulator.redeliver()
  expect(reader.facts()).toMatchObject({ authorized: [], ended: { as: "canceled" } })
})

it("is asked what the page says, and takes the messages that follow for the same payment", async () => {
  const { expected } = await create()
  const ask = async () => (await operations.fetch?.(expected, account(), reader.io)) ?? []
  expect(await ask()).toEqual([])
  const payment = await simulator.told(() => simulator.books.payLater(link()))
  expect(await ask()).toMatchObject([{ type: "payment.pending", reference: "payses_1" }])
  await simulator.told(() => simulator.books.arrive(payment))
  const paid = await ask()
  expect(paid).toMatchObject([{ type: "payment.authorized", money: eur("42.00"), test: true }])
  await simulator.told(() => simulator.books.capture(payment))
  expect(fold([...paid, ...reader.events])).toMatchObject({ captured: [eur("42.00")], paidTimes: 1 })
})

it("lets a message overrule what the page said", async () => {
  const { expected } = await create()
  const payment = await simulator.told(() => simulator.books.pay(link()))
  const paid = (await operations.fetch?.(expected, account(), reader.io)) ?? []
  await simulator.told(() => simulator.books.cancel(payment))
  expect(fold([...reader.events, ...paid])).toMatchObject({ authorized: [], ended: { as: "canceled" } })
})

it("knows by asking that a page ran out of time", async () => {
  const { expected } = await create()
  simulator.books.expireLink(link())
  const told = await operations.fetch?.(expected, account(), reader.io)
  expect(told).toMatchObject([{ type: "payment.expired", gatewayPayment: expected.gatewayPayments[0] }])
})

it("follows a dispute with its deadline to its end, in any order and however often it is told", async () => {
  await create()
  const { books, told } = simulator
  const payment = await told(() => books.pay(link()))
  await told(() => books.capture(payment))
  await told(() => books.dispute(payment))
  expect(reader.facts().disputes).toMatchObject([{ state: "opened", money: eur("42.00") }])
  expect(reader.facts().disputes[0]?.dueAt).toBeGreaterThan(Date.now())
  await told(() => books.decide(payment, "won"))
  const before = reader.facts()
  expect(before.disputes).toMatchObject([{ state: "won" }])
  await simulator.deliver({ times: 2, shuffle: 7 })
  expect(reader.facts()).toEqual({ ...before, events: before.events })
})

it("shows a payment of another amount as what it is", async () => {
  await create()
  await simulator.told(() => simulator.books.pay(link(), { value: 4199, currency: "EUR" }))
  expect(reader.facts().authorized).toEqual([eur("41.99")])
})

it("believes both keys while the key is changed, and then the new one only", async () => {
  await create()
  config = { ...config, hmacKeys: [newKey, hmacKey] }
  await simulator.told(() => simulator.books.decline(link()))
  simulator.signWith(newKey)
  await simulator.told(() => simulator.books.decline(link()))
  config = { ...config, hmacKeys: [newKey] }
  simulator.signWith(hmacKey)
  await simulator.told(() => simulator.books.decline(link()))
  expect(reader.verdicts).toEqual(["proven", "proven", "refused"])
})

it("tries again when Adyen is down or busy, and says in words what Adyen refuses", async () => {
  const { expected } = await create()
  for (const status of [500, 503, 408, 429]) {
    simulator.failWith(status)
    const asked = operations.fetch?.(expected, account(), reader.io)
    await expect(asked).rejects.toThrow(`Adyen answered ${status}`)
    await expect(asked).rejects.not.toBeInstanceOf(GatewayRefusedError)
  }
  simulator.failWith(undefined)
  simulator.setDown(true)
  await expect(operations.fetch?.(expected, account(), reader.io)).rejects.not.toBeInstanceOf(
    GatewayRefusedError
  )
  simulator.setDown(false)

  const refusal = async (change: Partial<AdyenConfig>) => {
    const before = config
    config = { ...config, ...change }
    const error = await create("payses_9").catch((thrown: unknown) => thrown)
    config = before
    expect(error).toBeInstanceOf(GatewayRefusedError)
    return (error as Error).message
  }
  expect(await refusal({ apiKey: "test-only-wrong-api-key-0000" })).toMatch(
    /does not accept the apiKey.*API credentials/
  )
  expect(await refusal({ merchantAccount: "AnotherECOM" })).toMatch(
    /"AnotherECOM": Invalid Merchant Account.*roles/
  )
  const wish = { expected, money: eur("42.00"), key: "capt_1" }
  await expect(operations.capture?.(wish, account(), reader.io)).rejects.toThrow(/has not told of a payment/)
})

it("goes on taking payments where the owner's apiKey is missing, and says so", async () => {
  await create()
  const { apiKey: _, ...without } = config
  config = without
  await simulator.told(() => simulator.books.pay(link()))
  expect(reader.facts().authorized).toEqual([eur("42.00")])
  await expect(create()).rejects.toThrow(/has no apiKey.*Customer Area/)
})

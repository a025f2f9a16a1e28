import { fold } from "../../../domain/fold"
import type { PaymentEvent } from "../../../domain/payment-event"
import type { Account, Expected, Io } from "../../gateway"
import { network } from "../../../modules/ipn/network"
import { startStripeSimulator, type StripeSimulator } from "../../stripe/simulator"
import { stripeConfig, type StripeConfig } from "../config"
import gateway from "../index"
import { sender } from "../recordings/sender"

const operations = gateway.operations!
const io: Io = network
const eur = (amount: string) => ({ amount, currency: "eur" })

let now: Date
let simulator: StripeSimulator

beforeEach(async () => {
  now = new Date("2026-03-10T12:00:00Z")
  simulator = await startStripeSimulator({ apiKey: sender.account.config.apiKey ?? "", now: () => now })
})
afterEach(() => simulator.stop())

function account(): Account<StripeConfig> {
  return {
    ...sender.account,
    config: stripeConfig.parse({ ...sender.account.config, simulator: simulator.url }),
  }
}

async function start(reference: string): Promise<Expected> {
  const created = await operations.create(
    {
      reference,
      money: eur("42.00"),
      notifyUrl: "https://shop.example/hooks/ipn/stripe",
      returnUrl: "https://shop.example/return",
      cancelUrl: "https://shop.example/cart",
    },
    account(),
    io
  )
  return { reference, money: eur("42.00"), gatewayPayments: [created.gatewayPayment ?? ""] }
}

async function pay(reference: string): Promise<{ expected: Expected; intent: string }> {
  const expected = await start(reference)
  const { id } = await simulator.pay(expected.gatewayPayments[0]!)
  return { expected, intent: id }
}

async function list(from: string, to: string): Promise<(readonly PaymentEvent[])[]> {
  const pages: (readonly PaymentEvent[])[] = []
  const period = { from: new Date(from), to: new Date(to) }
  for await (const page of operations.list!(period, account(), io)) pages.push(page)
  return pages
}

it("lists what was made in a period, page by page, and not the pages that nobody paid on", async () => {
  for (let n = 0; n < 45; n++) await pay(`payses_${n}`)
  await start("payses_abandoned")
  now = new Date("2026-03-11T00:00:00Z")
  await pay("payses_next_day")

  const pages = await list("2026-03-10T00:00:00Z", "2026-03-11T00:00:00Z")
  const listed = pages.flat()
  expect(pages.filter((page) => page.length > 0)).toHaveLength(2)
  expect(new Set(listed.map(({ reference }) => reference))).toEqual(
    new Set(Array.from({ length: 45 }, (_, n) => `payses_${n}`))
  )
  expect(listed.every(({ type }) => type === "payment.captured")).toBe(true)
  expect(await list("2026-03-09T00:00:00Z", "2026-03-10T00:00:00Z")).toEqual([[], [], []])
})

it("tells a payment as it tells it when asked, with the same keys", async () => {
  const { expected, intent } = await pay("payses_1")
  await simulator.refund(intent, 500)
  await simulator.dispute(intent)
  const listed = (await list("2026-03-10T00:00:00Z", "2026-03-11T00:00:00Z")).flat()
  const asked = await operations.fetch!(expected, account(), io)
  expect(listed.map(({ key }) => key).sort()).toEqual(asked.map(({ key }) => key).sort())
  expect(fold(listed)).toMatchObject({
    captured: [eur("42.00")],
    refunded: [eur("5.00")],
    disputes: [{ state: "opened" }],
  })
})

it("lists an older payment whose refund or dispute was made in the period, once", async () => {
  const [refunded, disputed] = [await pay("payses_refunded"), await pay("payses_disputed")]
  await pay("payses_quiet")
  now = new Date("2026-03-20T12:00:00Z")
  await simulator.refund(refunded.intent, 500)
  await simulator.refund(refunded.intent, 700)
  await simulator.dispute(disputed.intent)
  const listed = (await list("2026-03-20T00:00:00Z", "2026-03-21T00:00:00Z")).flat()
  const captures = listed.filter(({ type }) => type === "payment.captured")
  expect(captures.map(({ reference }) => reference)).toEqual(["payses_refunded", "payses_disputed"])
  expect(fold(listed.filter(({ gatewayPayment }) => gatewayPayment === refunded.intent)).refunded).toEqual([
    eur("12.00"),
  ])
})

it("fails as a whole while Stripe is away, and says nothing of any payment", async () => {
  await pay("payses_1")
  simulator.failWith(503)
  await expect(list("2026-03-10T00:00:00Z", "2026-03-11T00:00:00Z")).rejects.toThrow("Stripe answered 503")
})

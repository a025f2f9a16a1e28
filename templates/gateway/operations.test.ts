import type { Expected } from "medusa-plugin-ipn/gateway"
import { loopbackIo, startHttpServer, type Answer, type Call } from "medusa-plugin-ipn/gateway/conformance"
import { operations } from "./operations"
import { options } from "./options"
import { sender } from "./recordings/sender"

const { create, fetch, refund } = operations
const money = { amount: "42.00", currency: "eur" }
const input = {
  reference: "payses_1",
  money,
  notifyUrl: "https://shop.example/hooks/ipn/example-pay",
  returnUrl: "https://shop.example/return",
  cancelUrl: "https://shop.example/cart",
}
const expected: Expected = { reference: "payses_1", money, gatewayPayments: ["pay_1"] }
const payment = {
  id: "pay_1",
  reference: "payses_1",
  live: false,
  currency: "eur",
  amount: 4200,
  captured: 4200,
  refunded: 0,
  status: "paid",
}

/** What the gateway's API answers, and what it was asked. */
let answer: Answer
let calls: Call[]
let server: Awaited<ReturnType<typeof startHttpServer>>

beforeEach(async () => {
  calls = []
  server = await startHttpServer((call) => {
    calls.push(call)
    return answer
  })
})
afterEach(() => server.stop())

const account = () => ({
  ...sender.account,
  config: options.parse({ ...sender.account.config, simulator: server.url }),
})
const json = (status: number, body: object): Answer => ({ status, body: JSON.stringify(body) })

it("starts a payment with our reference and sends the buyer to the gateway's page", async () => {
  answer = json(201, { id: "pay_1", page: "https://pay.example.com/pay_1" })
  expect(await create(input, account(), loopbackIo)).toEqual({
    gatewayPayment: "pay_1",
    next: { kind: "redirect", url: "https://pay.example.com/pay_1" },
  })
  expect(JSON.parse(String(calls[0]?.body))).toMatchObject({ reference: "payses_1", amount: "4200" })
  expect(calls[0]?.headers.authorization).toBe("Bearer ep_only_for_tests_000000")
})

it("asks for another amount under another idempotency key", async () => {
  answer = json(201, { id: "pay_1", page: "https://pay.example.com/pay_1" })
  await create(input, account(), loopbackIo)
  await create({ ...input, money: { ...money, amount: "43.00" } }, account(), loopbackIo)
  expect(new Set(calls.map(({ headers }) => headers["idempotency-key"])).size).toBe(2)
})

it("tells what the gateway says of a payment, and nothing of one that it does not know", async () => {
  answer = json(200, payment)
  expect(await fetch?.(expected, account(), loopbackIo)).toMatchObject([
    { type: "payment.captured", totals: { captured: money } },
  ])
  answer = json(404, {})
  expect(await fetch?.(expected, account(), loopbackIo)).toEqual([])
})

it("refunds a part, and tells the gateway's no from an outage", async () => {
  const part = { ...money, amount: "5.00" }
  const refunding = async () => refund?.({ expected, money: part, key: "ref_1" }, account(), loopbackIo)
  answer = json(201, { id: "re_1", amount: 500, payment: { ...payment, refunded: 500 } })
  expect(await refunding()).toMatchObject([{ type: "refund.succeeded", resource: "re_1", money: part }])
  expect(calls[0]?.headers["idempotency-key"]).toBe("ref_1")
  answer = json(422, {})
  await expect(refunding()).rejects.toMatchObject({ name: "GatewayRefusedError" })
  answer = json(503, {})
  await expect(refunding()).rejects.toMatchObject({ name: "Error" })
})

import fc from "fast-check"
import { fromDecimal, fromMinorUnits } from "../../../domain/money"
import { fill, fillConfirmed, freshValues, loadRecordings } from "../../conformance/recording"
import type { ConfirmIo, HttpRequest } from "../../gateway"
import { loopbackIo } from "../../simulation/reader"
import mercadoPago from "../index"
import { checkMercadoPagoAccount, mercadoPagoOptions } from "../options"
import { sender } from "../recordings/sender"

const { account } = sender
const recordings = loadRecordings(`${__dirname}/..`)

function scene(name: string, currency = "eur") {
  const recording = recordings.find((one) => one.name === name)
  if (!recording) throw new Error(`there is no recording ${name}`)
  const values = freshValues({ money: { amount: "42.00", currency } })
  const message = sender.sign(fill(recording, values), account, values.at)
  const answers = fillConfirmed(recording, values) as Record<string, object>
  return { message, values, answers }
}

/** Answers every call with a text, and notes the calls. */
function answering(text: (request: HttpRequest) => string, status = 200) {
  const calls: HttpRequest[] = []
  const io: ConfirmIo = {
    ...loopbackIo,
    request: async (request) => {
      calls.push(request)
      return { status, headers: {}, body: Buffer.from(text(request)) }
    },
  }
  return { calls, io }
}

it("reads every amount exactly as it is written in the JSON, with no, two and more digits than a double holds", async () => {
  const { message, answers } = scene("payment.approved")
  const written = JSON.stringify(Object.values(answers)[0])
  await fc.assert(
    fc.asyncProperty(
      fc.bigInt({ min: 1n, max: 10n ** 18n - 1n }),
      fc.constantFrom("clp", "brl", "ars", "cop", "uyu"),
      async (units, currency) => {
        const money = fromMinorUnits(units, currency)
        const json = written
          .replace('"transaction_amount":42', `"transaction_amount":${money.amount}`)
          .replace('"currency_id":"EUR"', `"currency_id":"${currency.toUpperCase()}"`)
          .replace(/"fee_details":\[.*?\],/, "")
          .replace(/"transaction_details":\{.*?\},/, "")
        const { io } = answering(() => json)
        const confirmation = await mercadoPago.confirm?.(message, account, io)
        expect(confirmation).toMatchObject({ events: [{ money, totals: { captured: money } }] })
      }
    )
  )
})

it("writes amounts exactly into what it asks for", async () => {
  const input = {
    reference: "payses_01A",
    money: fromDecimal("1234567890123456.78", "brl"),
    notifyUrl: "https://shop.example/hooks/ipn/mp",
    returnUrl: "https://shop.example/done",
    cancelUrl: "https://shop.example/cart",
    description: 'Order "1234", 20.00',
  }
  const { io, calls } = answering(() => '{"id":"1-a","init_point":"https://www.mercadopago.com.br/checkout"}')
  await mercadoPago.operations?.create(input, account, io)
  const body = String(calls[0]?.body)
  expect(body).toContain('"unit_price":1234567890123456.78}')
  expect(JSON.parse(body)).toMatchObject({
    items: [{ title: 'Order "1234", 20.00', quantity: 1, currency_id: "BRL" }],
    external_reference: "payses_01A",
    auto_return: "approved",
  })
  expect(body).not.toContain("notification_url")
  expect(calls[0]?.headers).toMatchObject({
    "x-idempotency-key": "create-payses_01A-1234567890123456.78-brl",
  })
})

it("reads nothing of a message but its topic and id: what else is in it changes no fact", async () => {
  const { message, answers } = scene("payment.approved")
  const { io } = answering(() => JSON.stringify(Object.values(answers)[0]))
  const told = await mercadoPago.confirm?.(message, account, io)
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.json(), fc.string()), async (body) => {
      const changed = { ...message, body: Buffer.from(body) }
      expect(await mercadoPago.confirm?.(changed, account, io)).toEqual(told)
    })
  )
})

it.each(["subscription_preapproval", "topic_claims_integration_wh", "mp-connect", ""])(
  "believes a message of the topic %j, and says nothing",
  async (topic) => {
    const { message } = scene("payment.approved")
    const { io, calls } = answering(() => "")
    const other = { ...message, query: `data.id=1&type=${topic}`, body: Buffer.from("{}") }
    expect(await mercadoPago.confirm?.(other, account, io)).toEqual({ kind: "confirmed", events: [] })
    expect(calls).toEqual([])
  }
)

it("asks its own host for exactly the id, whatever else it may be called", async () => {
  const { message } = scene("payment.approved")
  const { io, calls } = answering(() => '{"message":"not found"}', 404)
  for (const id of ["17", "..", "1/refunds", "1?x=1", "https://evil.example"]) {
    const query = new URLSearchParams({ "data.id": id, type: "payment" }).toString()
    await expect(mercadoPago.confirm?.({ ...message, query }, account, io)).resolves.toMatchObject({
      kind: "denied",
    })
  }
  expect(calls.map((call) => call.url)).toEqual(["https://api.mercadopago.com/v1/payments/17"])
})

it("asks again, and denies nothing, while the access token is wrong or others may not be read", async () => {
  const { message } = scene("payment.approved")
  for (const status of [401, 403, 423, 429]) {
    const { io } = answering(() => '{"message":"no","status":0}', status)
    await expect(mercadoPago.confirm?.(message, account, io)).rejects.toThrow()
  }
  const { "x-signature": _signature, ...headers } = message.headers
  const { io } = answering(() => '{"message":"no"}', 403)
  await expect(mercadoPago.confirm?.({ ...message, headers }, account, io)).resolves.toMatchObject({
    kind: "denied",
  })
})

it("says that a live account was told of a test, and that somebody else was paid", async () => {
  const { message, answers } = scene("payment.other-seller")
  const payment = { ...Object.values(answers)[0], live_mode: false }
  const { io } = answering(() => JSON.stringify(payment))
  const live = { ...account, mode: "live" as const }
  const told = await mercadoPago.confirm?.(message, live, io)
  expect(told).toMatchObject({ events: [{ test: true, otherReceiver: "999999999" }] })
  const { userId: _userId, ...config } = account.config
  const any = await mercadoPago.confirm?.(
    message,
    { ...live, config },
    answering(() => JSON.stringify({ ...payment, live_mode: true })).io
  )
  expect(any).toMatchObject({ events: [expect.not.objectContaining({ otherReceiver: expect.anything() })] })
  expect(any).toMatchObject({ events: [{ test: false }] })
})

it("stops the boot for a test token in a live account", () => {
  expect(checkMercadoPagoAccount({ ...account, mode: "live" })).toEqual([
    expect.stringContaining('starts with "TEST-", but the account\'s mode is "live"'),
  ])
})

const right = {
  accessToken: "TEST-onlyForTests-00000000000000",
  webhookSecrets: ["onlyForTestsSecretSignature0000000000"],
}
it.each([
  [{ ...right, accessToken: "short" }, /too short/],
  [{ ...right, webhookSecrets: [] }, /List the secret signature in \[ \]/],
  [{ ...right, userId: 634060442 }, /seller's number, in quotes/],
  [{ ...right, userId: "me" }, /seller's number, in quotes/],
  [{ ...right, maxInstallments: 0 }, /raise maxInstallments/],
  [{ ...right, expiresAfterMinutes: 1 }, /at least 5 minutes/],
])("words what is wrong with %j", (config, words) => {
  const { error } = mercadoPagoOptions.safeParse(config)
  expect(error?.issues.map((issue) => issue.message).join(" ")).toMatch(words)
})

import fc from "fast-check"
import { exponentOf, fromMinorUnits } from "../../../domain/money"
import { fill, freshValues, loadRecordings } from "../../conformance/recording"
import { GatewayRefusedError } from "../../gateway"
import paystack from "../index"
import { checkPaystackAccount, paystackOptions } from "../options"
import { sender } from "../recordings/sender"
import { fromSubunits, toSubunits } from "../subunits"

/** The Medusa plugin of others for Paystack: the only code for Paystack's signatures that is not ours. */
type Judge = Readonly<{
  getWebhookActionAndData(payload: object): Promise<{ action: string; data?: unknown }>
}>
const { default: plugin } = jest.requireActual<{
  default: { services: (new (container: object, options: object) => Judge)[] }
}>("medusa-payment-paystack")

const recordings = loadRecordings(`${__dirname}/..`)
const recording = (name: string) => {
  const found = recordings.find((one) => one.name === name)
  if (!found) throw new Error(`there is no recording ${name}`)
  return found
}
const secret_key = sender.account.config.secretKeys[0] ?? ""

function judge(rawData: Buffer, signature: string | undefined) {
  const [Service] = plugin.services
  if (!Service) throw new Error("the plugin has no service")
  return new Service({}, { secret_key }).getWebhookActionAndData({
    data: JSON.parse(rawData.toString("utf8")) as object,
    rawData,
    headers: { "x-paystack-signature": signature },
  })
}

it("believes what another implementation of Paystack's signature believes", async () => {
  const values = freshValues()
  const message = sender.sign(
    fill(recording("charge.success.medusa-plugin"), values),
    sender.account,
    values.at
  )
  const body = Buffer.from(message.body)
  const signature = message.headers["x-paystack-signature"]
  await expect(judge(body, signature)).resolves.toMatchObject({ data: { session_id: values.reference } })
  expect(paystack.verify(message, sender.account)).toMatchObject({ kind: "proven", covers: "body" })

  const wrong = `${signature?.slice(0, -1)}${signature?.endsWith("0") ? "1" : "0"}`
  await expect(judge(body, wrong)).resolves.toEqual({ action: "not_supported" })
  const forged = { ...message, headers: { ...message.headers, "x-paystack-signature": wrong } }
  expect(paystack.verify(forged, sender.account)).toEqual({ kind: "refused", why: "mismatch" })
})

it("reads every amount exactly, in currencies of no and of two digits", () => {
  const currencies = fc.constantFrom("ngn", "ghs", "zar", "kes", "usd", "xof", "rwf")
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 12n }), currencies, (units, currency) => {
      const money = fromMinorUnits(units, currency)
      const written = toSubunits(money)
      expect(BigInt(written)).toBe(units * 10n ** BigInt(2 - exponentOf(currency)))
      expect(fromSubunits(written, currency)).toEqual(money)
    })
  )
  expect(fromSubunits("5", "NGN")).toEqual({ amount: "0.05", currency: "ngn" })
  expect(() => fromSubunits("50001", "XOF")).toThrow(RangeError)
  expect(() => toSubunits({ amount: "1.000", currency: "kwd" })).toThrow(GatewayRefusedError)
})

it.each(["refund.pending", "refund.processing"])(
  "tells a %s that nobody can name as information",
  (event) => {
    const values = freshValues()
    const named = fill(recording("refund.pending.named"), values)
    const { id: _id, ...data } = (JSON.parse(Buffer.from(named.body).toString()) as { data: { id: string } })
      .data
    const body = Buffer.from(JSON.stringify({ event, data: { ...data, status: event.slice(7) } }))
    const events = paystack.parse({ ...named, body }, sender.account)
    expect(events).toMatchObject([{ type: "info", gatewayPayment: values.payment, money: values.money }])
    expect(events[0]?.key).toMatch(new RegExp(`^${event}:[0-9a-f]{64}$`))
  }
)

it("takes a transaction with a status of tomorrow for pending, and moves nothing by it", () => {
  const values = freshValues()
  const message = fill(recording("charge.success"), values)
  const body = Buffer.from(
    Buffer.from(message.body).toString().replace('"status":"success"', '"status":"queued"')
  )
  expect(paystack.parse({ ...message, body }, sender.account)).toMatchObject([{ type: "payment.pending" }])
})

it("finds our reference in metadata that is written as text", () => {
  const values = freshValues()
  const message = fill(recording("charge.success"), values)
  const told = JSON.parse(Buffer.from(message.body).toString()) as { data: { metadata: unknown } }
  told.data.metadata = JSON.stringify(told.data.metadata)
  const body = Buffer.from(JSON.stringify(told))
  expect(paystack.parse({ ...message, body }, sender.account)).toMatchObject([
    { reference: values.reference },
  ])
})

it("stops the boot when a key is of the other mode, or when a live account has a simulator", () => {
  const config = { secretKeys: ["sk_live_onlyForTests00000000"], simulator: "http://127.0.0.1:1" }
  expect(checkPaystackAccount({ id: "paystack", mode: "test", config })).toEqual([
    expect.stringContaining("copy the test secret key from Settings > API Keys & Webhooks"),
  ])
  expect(checkPaystackAccount({ id: "paystack", mode: "live", config })).toEqual([
    expect.stringContaining("A live account has no simulator"),
  ])
})

it.each([
  [{ secretKeys: ["pk_test_0000000000000000000000"] }, /must start with "sk_"/],
  [{ secretKeys: "sk_test_0000000000000000000000" }, /List the secret key in \[ \]/],
  [{ secretKeys: ["sk_test_0000000000000000000000"], channels: [] }, /at least one channel/],
  [{ secretKeys: ["sk_test_0000000000000000000000"], fallbackEmail: "nobody" }, /must be an email address/],
])("words what is wrong with %j", (config, words) => {
  const { error } = paystackOptions.safeParse(config)
  expect(error?.issues.map((issue) => issue.message).join(" ")).toMatch(words)
})

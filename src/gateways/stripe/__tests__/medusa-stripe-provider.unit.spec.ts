import StripeProvider from "@medusajs/payment-stripe/dist/services/stripe-provider"
import { startStripeSimulator, type StripeSimulator } from "../../stripe/simulator"
import { fold } from "../../../domain/fold"
import type { Message } from "../../gateway"
import gateway from "../index"
import { stripeConfig } from "../config"

const apiKey = "sk_test_onlyForTests0000000000"
const webhookSecret = "whsec_onlyForTestsCurrent00000000000"
/** Taken over: the account only receives, so it has no apiKey. */
const account = {
  id: "stripe",
  mode: "test" as const,
  config: stripeConfig.parse({ webhookSecrets: [webhookSecret] }),
}

type Sdk = new (key: string, options: object) => object

/** The version of Stripe's SDK that the provider uses. */
const ownSdk = require.resolve("stripe", { paths: [require.resolve("@medusajs/payment-stripe")] })

/** Medusa's own provider, its SDK pointed at the simulator: it has no option for that. */
function providerAt(url: string): StripeProvider {
  const provider = new StripeProvider({}, { apiKey, webhookSecret, capture: true } as never)
  const held = provider as unknown as { stripe_: object }
  const { default: Stripe } = jest.requireActual<{ default: Sdk }>(ownSdk)
  held.stripe_ = new Stripe(apiKey, {
    host: "127.0.0.1",
    port: new URL(url).port,
    protocol: "http",
    maxNetworkRetries: 0,
  })
  return provider
}

function messageOf(letter: { body: Buffer; headers(at: Date): Readonly<Record<string, string>> }): Message {
  const receivedAt = new Date()
  return {
    method: "POST",
    url: "https://shop.example/hooks/payment/stripe_stripe",
    query: "",
    headers: letter.headers(receivedAt),
    body: letter.body,
    ip: "127.0.0.1",
    receivedAt,
  }
}

let simulator: StripeSimulator

beforeEach(async () => {
  const notifyUrl = "http://127.0.0.1:9/never-sent"
  simulator = await startStripeSimulator({ apiKey, webhookSecret, notifyUrl, sendsAtOnce: false })
})

afterEach(() => simulator.stop())

describe("payments that Medusa's own Stripe provider makes", () => {
  it("are read as that provider reads them, and so are the refunds and disputes that it does not read", async () => {
    const provider = providerAt(simulator.url)
    const initiated = await provider.initiatePayment({
      amount: 42,
      currency_code: "eur",
      data: { session_id: "payses_1" },
      context: { idempotency_key: "payses_1" },
    })
    await simulator.pay(initiated.id)
    expect((await provider.getPaymentStatus({ data: { id: initiated.id } })).status).toBe("captured")
    await simulator.refund(initiated.id, 200)
    await simulator.dispute(initiated.id)
    simulator.expectMoneyCalls()

    const messages = simulator.letters.map(messageOf)
    for (const message of messages) expect(gateway.verify(message, account).kind).toBe("proven")
    expect(fold(messages.flatMap((message) => gateway.parse(message, account)))).toMatchObject({
      captured: [{ amount: "42.00", currency: "eur" }],
      refunded: [{ amount: "2.00", currency: "eur" }],
      disputes: [{ state: "opened" }],
    })

    const succeeded = simulator.events.findIndex((event) => event.type === "payment_intent.succeeded")
    const message = messages[succeeded]
    if (!message) throw new Error("no message of success")
    const raw = { data: {}, rawData: Buffer.from(message.body), headers: { ...message.headers } }
    await expect(provider.getWebhookActionAndData(raw)).resolves.toMatchObject({
      action: "captured",
      data: { session_id: "payses_1", amount: 42 },
    })
    expect(gateway.parse(message, account)).toMatchObject([
      { type: "payment.captured", reference: "payses_1", gatewayPayment: initiated.id },
    ])

    await provider.refundPayment({
      amount: 5,
      data: { id: initiated.id, currency: "eur" },
      context: { idempotency_key: "r" },
    })
    simulator.expectMoneyCalls({ refund: 1 })
  })
})

import { randomUUID } from "node:crypto"
import { Webhook } from "standardwebhooks"
import { toMinorUnits, type Money } from "../../../domain/money"
import type { Answer, Call } from "../../simulation/http-server"
import { buttons, facts, page, seeOther } from "../../simulation/page"
import { startSimulator, type Simulator, type SimulatorOptions } from "../../simulation/start-simulator"

export type SenderOptions = SimulatorOptions & Readonly<{ secret: string; notifyUrl: string; now?(): Date }>

/** A payment of a gateway that tells everything in Standard Webhooks. */
export type SentPayment = { readonly id: string; readonly reference: string; money: Money; dispute?: string }

export type StandardWebhooksSender = Simulator &
  Readonly<{
    /** The payment of a reference; a first one is made when an amount is given. */
    paymentOf(reference: string, money?: Money): SentPayment
    /** Sends a message about a payment, with further fields in its data, and waits until it was answered. */
    tell(type: string, payment: SentPayment, more?: Readonly<Record<string, unknown>>): Promise<void>
    /** Signs with these from now on: with several during a rotation. */
    signWith(...secrets: string[]): void
  }>

/** The waits that the specification gives as an example, for `redeliverAfterMs`. */
export const standardRedeliveryMs = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400].map(
  (seconds) => seconds * 1000
)

/**
 * Plays a gateway that sends Standard Webhooks, signed by the specification's own package: each try anew, with the same
 * id. The page `/pay/<reference>?amount=42.00&currency=eur` stands for its payment page: it has no other interface here.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export async function startStandardWebhooksSender(options: SenderOptions): Promise<StandardWebhooksSender> {
  const payments = new Map<string, SentPayment>()
  const now = options.now ?? (() => new Date())
  let secrets: readonly string[] = [options.secret]

  function paymentOf(reference: string, money?: Money): SentPayment {
    const known = payments.get(reference)
    if (known) return known
    if (!money) throw new Error(`there is no payment of ${reference}: say its amount`)
    const made = { id: `pay_${randomUUID().replaceAll("-", "")}`, reference, money }
    payments.set(reference, made)
    return made
  }

  let tell: StandardWebhooksSender["tell"] = async () => undefined
  const simulator = await startSimulator(options, (postman) => {
    tell = async (type, { id: payment_id, reference, money }, more = {}) => {
      const data = {
        payment_id,
        total_amount: Number(toMinorUnits(money)),
        currency: money.currency.toUpperCase(),
        metadata: { session_id: reference },
        ...more,
      }
      const id = `msg_${randomUUID().replaceAll("-", "")}`
      const body = JSON.stringify({ type, timestamp: now().toISOString(), data })
      const headers = (at: Date) => ({
        "content-type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
        "webhook-signature": secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(" "),
      })
      await postman.send({ id, to: options.notifyUrl, body: Buffer.from(body), headers })
    }
    return {
      page: (call) => answerPage(call, paymentOf, (type, payment) => void tell(type, payment)),
      api: () => ({ status: 404, body: "" }),
    }
  })
  return {
    ...simulator,
    paymentOf,
    tell: (...given) => tell(...given),
    signWith(...list) {
      secrets = list
    },
  }
}

function answerPage(
  call: Call,
  paymentOf: StandardWebhooksSender["paymentOf"],
  tell: (type: string, payment: SentPayment) => void
): Answer | undefined {
  const reference = /^\/pay\/([\w-]+)$/.exec(call.path)?.[1]
  const [amount, currency] = [call.query.get("amount"), call.query.get("currency")]
  if (!reference || !amount || !currency) return undefined
  const payment = paymentOf(reference, { amount, currency })
  if (call.method === "POST") {
    const action = new URLSearchParams(call.body.toString("utf8")).get("action")
    tell(action === "pay" ? "payment.succeeded" : "payment.failed", payment)
    return seeOther(call.query.get("return") ?? `${call.path}?${call.query}`)
  }
  const asked: [string, string][] = [
    ["Amount", `${amount} ${currency.toUpperCase()}`],
    ["Reference", reference],
  ]
  const choices = buttons(`${call.path}?${call.query}`, [
    { action: "pay", label: "Pay", main: true },
    { action: "decline", label: "Decline" },
  ])
  return page(
    "Simulator of a gateway with Standard Webhooks",
    `<p>No real money moves.</p>${facts(asked)}${choices}`
  )
}

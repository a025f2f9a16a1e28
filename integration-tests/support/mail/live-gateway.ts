import { Webhook } from "standardwebhooks"
import { send } from "../messages"
import type { Paying } from "../paying"

const secret = `whsec_${Buffer.from("only-for-tests-live-gateway-0000").toString("base64")}`

const types = [
  "payment.pending",
  "payment.captured",
  "payment.failed",
  "refund.succeeded",
  "dispute.opened",
  "dispute.won",
] as const

export type LiveType = (typeof types)[number]

/** A live gateway whose messages are ours to write: mails of test payments never reach a customer. */
export const liveGateway = {
  provider: "system_default",
  gateway: "standard-webhooks",
  mode: "live",
  secrets: [secret],
  mapping: {
    kind: "type",
    events: Object.fromEntries(types.map((type) => [type, { as: type }])),
    reference: "reference",
    gatewayPayment: "payment",
    resource: "resource",
    amount: "amount",
    unit: "major",
    currency: "currency",
    dueAt: "due",
    time: "at",
  },
} as const

/** The same gateway behind a provider that says of no payment that it has money, as for a transfer. */
export const liveTransfers = { ...liveGateway, provider: "played_transfer" } as const

let sent = 0

/** Tells the store of a payment of the live gateway, so many times. */
export async function tellLive(
  { baseUrl }: Readonly<{ baseUrl: string }>,
  { sessionId, amount, currency }: Paying,
  type: LiveType,
  more: Readonly<Record<string, unknown>> = {},
  times = 1,
  provider: string = liveGateway.provider
): Promise<void> {
  const at = new Date()
  const body = JSON.stringify({
    type,
    reference: sessionId,
    payment: `pay_${sessionId}`,
    amount,
    currency,
    at: at.toISOString(),
    ...more,
  })
  const id = `msg_${process.pid}_${++sent}`
  const headers = {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign(id, at, body),
  }
  const url = `${baseUrl}/hooks/payment/${provider}`
  for (let time = 0; time < times; time++) {
    expect(await send({ url, method: "POST", headers, body: Buffer.from(body) })).toBe(200)
  }
}

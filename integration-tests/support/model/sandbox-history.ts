import { sender } from "../../../src/gateways/sandbox/recordings/sender"
import type { SandboxOptions } from "../../../src/gateways/sandbox/options"
import type { SandboxBooks, SandboxObject, SandboxPayment } from "../../../src/gateways/sandbox/simulator"
import { zero } from "../../../src/domain/money"
import type { PaymentEvent } from "../../../src/domain/payment-event"
import type { SignedMessage } from "../messages"
import type { Store } from "../store/store"

/** What makes the ids of a model's history those of one real payment session and its payments at the sandbox. */
export type Names = Readonly<{
  sessionId: string
  /** The sandbox's id of the model's payment. */
  payment(modelId: string): string
}>

/** The key under which the store keeps a statement of the model. */
export function keyOf(event: PaymentEvent, { sessionId }: Names): string {
  return `${event.key}_${sessionId}`
}

/** A statement of the model as the sandbox would send it, signed. It speaks in totals, as all its messages do. */
export function sandboxMessage(
  store: Pick<Store, "accounts">,
  event: PaymentEvent,
  ask: Readonly<{ amount: string; currency: string }>,
  names: Names
): SignedMessage {
  const account = store.accounts.sandbox!
  const { totals, type, occurredAt, resource } = event
  const none = zero(ask.currency)
  const money = event.money ?? event.fee
  const body = {
    id: keyOf(event, names),
    type,
    created: Math.floor(occurredAt!.getTime() / 1000),
    test: true,
    payment: {
      id: names.payment(event.gatewayPayment!),
      reference: names.sessionId,
      status: type.replace("payment.", ""),
      amount: ask.amount,
      currency: ask.currency,
      authorized: (totals?.authorized ?? none).amount,
      captured: (totals?.captured ?? none).amount,
      refunded: (totals?.refunded ?? none).amount,
    },
    ...(resource && money
      ? { object: { id: `${resource}_${names.sessionId}`, amount: money.amount, currency: money.currency } }
      : {}),
  }
  const at = new Date()
  const config = account.config as unknown as SandboxOptions
  const { headers, body: bytes } = sender.sign(
    {
      method: "POST",
      url: account.notify_url,
      query: "",
      ip: "127.0.0.1",
      receivedAt: at,
      headers: { "content-type": "application/json" },
      body: Buffer.from(JSON.stringify(body)),
    },
    { id: "sandbox", mode: account.mode, config },
    at
  )
  return { url: account.notify_url, method: "POST", headers, body: bytes }
}

/** What the sandbox's own books say of one payment of the model at the end of its history. */
export function booksOf(
  events: readonly PaymentEvent[],
  modelId: string,
  { sessionId }: Names
): SandboxBooks {
  const told = events.filter(({ gatewayPayment }) => gatewayPayment === modelId)
  const { authorized, captured, refunded } = told.at(-1)!.totals!
  const lastOf = (prefix: string) => {
    const last = new Map<string, PaymentEvent>()
    for (const event of told) {
      if (event.type.startsWith(prefix) && event.resource) last.set(event.resource, event)
    }
    return [...last.values()]
  }
  const object = (event: PaymentEvent, status: SandboxObject["status"]) => ({
    id: `${event.resource}_${sessionId}`,
    amount: event.money!.amount,
    currency: event.money!.currency,
    status,
  })
  const dispute = lastOf("dispute.").at(-1)
  return {
    status: statusOf(told),
    authorized: authorized!.amount,
    captured: captured!.amount,
    refunded: refunded!.amount,
    failedCaptures: lastOf("capture.failed").map((event) => object(event, "failed")),
    refunds: lastOf("refund.").map((event) =>
      object(event, event.type.slice("refund.".length) as SandboxObject["status"])
    ),
    ...(dispute
      ? {
          dispute: {
            ...object(dispute, "succeeded"),
            status: dispute.type.slice("dispute.".length) as NonNullable<SandboxBooks["dispute"]>["status"],
          },
        }
      : {}),
  }
}

/** The last step that changed how the payment stands. */
function statusOf(told: readonly PaymentEvent[]): SandboxPayment["status"] {
  const { captured } = told.at(-1)!.totals!
  if (Number(captured!.amount) > 0) return "captured"
  const step = [...told]
    .reverse()
    .find(({ type }) => /^payment\.(pending|authorized|failed|canceled|expired)$/.test(type))
  return (step?.type.slice("payment.".length) as SandboxPayment["status"] | undefined) ?? "open"
}

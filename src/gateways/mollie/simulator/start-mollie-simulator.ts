import { createHmac, randomUUID } from "node:crypto"
import type { Money } from "../../../domain/money"
import type { Answer, Call } from "../../simulation/http-server"
import { buttons, facts, page, seeOther } from "../../simulation/page"
import type { Postman } from "../../simulation/postman"
import { startSimulator, type Simulator, type SimulatorOptions } from "../../simulation/start-simulator"
import { mollieApi } from "./api"
import { MollieBooks, type MollieObject, type PlayedPayment } from "./books"

/** A next-generation webhook as set up in Mollie's dashboard. */
export type Subscription = Readonly<{ url: string; secret: string; payload?: "full" | "simple" }>

export type MollieSimulatorOptions = SimulatorOptions &
  Readonly<{
    apiKey?: string
    now?(): Date
    /** What becomes of a refund that the API was asked for. Default: it reaches the buyer at once. */
    refunds?: "refunded" | "failed" | "wait"
  }>

/**
 * Waits before Mollie's second to tenth try of a webhook that was not answered 2xx: 26 hours in all.
 * https://docs.mollie.com/reference/webhooks
 */
export const mollieRedeliverAfterMs: readonly number[] = [
  60_000, 120_000, 240_000, 480_000, 960_000, 1_740_000, 3_600_000, 7_200_000, 79_200_000,
]

/** What buyer, bank and owner do at Mollie; each tells its messages and waits until they were answered. */
export type MollieControls = Readonly<{
  /** The newest payment for a reference. */
  paymentOf(reference: string): PlayedPayment
  pay(id: string): Promise<void>
  /** The money is only held, as with methods that are always captured by hand. */
  authorize(id: string): Promise<void>
  wait(id: string): Promise<void>
  fail(id: string, status?: "failed" | "canceled" | "expired"): Promise<void>
  capture(id: string, money: Money, outcome?: "succeeded" | "failed"): Promise<void>
  release(id: string): Promise<void>
  /** In the dashboard; returns the refund's id. */
  refund(id: string, money: Money, status?: "processing" | "refunded" | "failed"): Promise<string>
  settleRefund(refundId: string, status: "refunded" | "failed" | "canceled"): Promise<void>
  chargeBack(id: string): Promise<string>
  reverse(chargebackId: string): Promise<void>
  payOut(money: Money): Promise<void>
  /** Sends signed events there from now on, beside the classic webhooks; none ends it. */
  subscribe(subscription: Subscription | undefined): void
}>

export type MollieSimulator = Simulator & MollieControls

/**
 * Plays Mollie in test mode on loopback: its v2 API, its payment page at `/checkout/<id>`, classic webhooks to the
 * address given with each payment, and signed events where subscribed.
 */
export async function startMollieSimulator(options: MollieSimulatorOptions = {}): Promise<MollieSimulator> {
  const {
    apiKey = "test_onlyForTestsMadeUp000000000",
    now = () => new Date(),
    refunds = "refunded",
  } = options
  let controls: MollieControls | undefined
  const simulator = await startSimulator(options, (postman, url) => {
    let subscription: Subscription | undefined
    const books = new MollieBooks((type, entity, payment) => {
      if (subscription) void postman.send(signedLetter(type, structuredClone(entity), subscription))
      if (payment?.webhookUrl) void postman.send(classicLetter(payment))
    }, now)
    controls = {
      ...controlsOf(books, postman),
      subscribe(to) {
        subscription = to
      },
    }
    const settleRefund = ({ id }: { id: string }) => {
      if (refunds !== "wait") books.settleRefund(id, refunds)
    }
    return { page: (call) => answerPage(books, call), api: mollieApi(books, { apiKey, url, settleRefund }) }
  })
  return { ...simulator, ...(controls as MollieControls) }
}

function controlsOf(books: MollieBooks, postman: Postman): Omit<MollieControls, "subscribe"> {
  const told =
    <A extends unknown[], R>(act: (...given: A) => R) =>
    async (...given: A): Promise<R> => {
      const result = act(...given)
      await postman.settled()
      return result
    }
  return {
    paymentOf(reference) {
      const payment = books.of(reference).at(-1)
      if (!payment) throw new Error(`Mollie has no payment for ${reference}`)
      return payment
    },
    pay: told((id: string) => books.pay(id)),
    authorize: told((id: string) => books.pay(id, true)),
    wait: told((id: string) => books.wait(id)),
    fail: told(
      (id: string, status: "failed" | "canceled" | "expired" = "failed") => void books.fail(id, status)
    ),
    capture: told(
      (id: string, money: Money, outcome?: "succeeded" | "failed") =>
        void books.capture(id, money, null, outcome)
    ),
    release: told((id: string) => books.release(id)),
    refund: told((id: string, money: Money, status: "processing" | "refunded" | "failed" = "refunded") => {
      const refund = books.refund(id, money, null)
      books.settleRefund(refund.id, status)
      return refund.id
    }),
    settleRefund: told((id: string, status: "refunded" | "failed" | "canceled") =>
      books.settleRefund(id, status)
    ),
    chargeBack: told((id: string) => books.chargeBack(id).id),
    reverse: told((id: string) => books.reverse(id)),
    payOut: told((money: Money) => void books.payOut(money)),
  }
}

/** Names the payment, and nothing else. */
function classicLetter({ id, webhookUrl }: PlayedPayment) {
  return {
    id: randomUUID(),
    to: webhookUrl ?? "",
    body: Buffer.from(`id=${id}`),
    headers: () => ({
      "content-type": "application/x-www-form-urlencoded",
      "user-agent": "Mollie HTTP client/1.0",
    }),
  }
}

function signedLetter(type: string, entity: MollieObject, { url, secret, payload = "full" }: Subscription) {
  const id = `event_${randomUUID().replaceAll("-", "")}`
  const owner = typeof entity.paymentId === "string" ? `/v2/payments/${entity.paymentId}` : "/v2"
  const href = `https://api.mollie.com${owner}/${entity.resource}s/${entity.id}`
  const body = Buffer.from(
    JSON.stringify({
      resource: "event",
      id,
      type,
      entityId: entity.id,
      createdAt: new Date().toISOString(),
      ...(payload === "full" ? { _embedded: { entity } } : {}),
      _links: { entity: { href, type: "application/hal+json" } },
    })
  )
  const signature = createHmac("sha256", secret).update(body).digest("hex")
  return {
    id,
    to: url,
    body,
    headers: () => ({
      "content-type": "application/json",
      "user-agent": "Mollie HTTP client/1.0",
      "x-mollie-signature": `sha256=${signature}`,
    }),
  }
}

/** Mollie's own test page lets one choose how the payment ends. */
function answerPage(books: MollieBooks, call: Call): Answer | undefined {
  const id = /^\/checkout\/(\w+)$/.exec(call.path)?.[1]
  if (id === undefined) return undefined
  const payment = books.payments.get(id)
  if (!payment) return { ...page("This payment is unknown", ""), status: 404 }
  const action = new URLSearchParams(call.method === "POST" ? call.body.toString("utf8") : "").get("action")
  if (action !== null && payment.status === "open") return act(books, payment, action)
  if (payment.status !== "open") return seeOther(payment.redirectUrl)
  return paymentPage(payment)
}

function act(books: MollieBooks, payment: PlayedPayment, action: string): Answer {
  const { id, redirectUrl, cancelUrl } = payment
  if (action === "decline") return paymentPage(payment, "Your card was declined. Choose another way to pay.")
  if (action === "pay") books.pay(id)
  else if (action === "authorize") books.pay(id, true)
  else if (action === "later") books.wait(id)
  else if (action === "fail") books.fail(id, "failed")
  else if (action === "cancel") books.fail(id, "canceled")
  return seeOther(action === "cancel" ? (cancelUrl ?? redirectUrl) : redirectUrl)
}

function paymentPage(payment: PlayedPayment, say?: string): Answer {
  const { value, currency } = payment.amount
  const about = facts([
    ["Amount", `${value} ${currency}`],
    ["For", String(payment.description)],
  ])
  const choices = buttons(`/checkout/${payment.id}`, [
    { action: "pay", label: `Pay ${value} ${currency}`, main: true },
    { action: "authorize", label: "Authorise only" },
    { action: "later", label: "Pay by direct debit" },
    { action: "decline", label: "Decline" },
    { action: "fail", label: "Fail" },
    { action: "cancel", label: "Cancel" },
  ])
  return page(
    "Mollie simulator",
    `<p>No real money moves on this page.</p>${about}${choices}`,
    say ? { say } : {}
  )
}

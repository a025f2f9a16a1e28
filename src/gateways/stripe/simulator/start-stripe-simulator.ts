import Stripe from "stripe"
import type { Answer, Call } from "../../simulation/http-server"
import { buttons, facts, page, seeOther } from "../../simulation/page"
import type { Postman } from "../../simulation/postman"
import { startSimulator, type Simulator, type SimulatorOptions } from "../../simulation/start-simulator"
import { StripeApi, type CallKind, type StripeCall } from "./api"
import {
  StripeBooks,
  type Dispute,
  type Intent,
  type Metadata,
  type Refund,
  type Session,
  type StripeObject,
} from "./books"

export type StripeEvent = StripeObject & { type: string; data: { object: StripeObject } }

/** A webhook endpoint as set up in Stripe's dashboard. */
export type Endpoint = Readonly<{ url: string; secret: string }>

export type StripeSimulatorOptions = SimulatorOptions &
  Readonly<{
    apiKey?: string
    webhookSecret?: string
    /** Where messages are sent; none are until it is known, see `notify`. */
    notifyUrl?: string
    now?(): Date
  }>

const movingKinds = ["capture", "refund", "cancel", "expire"] as const satisfies readonly CallKind[]
type MovingKind = (typeof movingKinds)[number]
type MoneyCalls = Readonly<Record<MovingKind, number>>

/**
 * What the buyer, the banks or the owner do at Stripe. Each tells its messages and waits until they were answered. A
 * payment is named by the id of its checkout session or of its payment intent. Amounts are Stripe's whole numbers.
 */
export type StripeControls = Readonly<{
  /** The newest checkout session, or payment intent made without one, that has a reference in its metadata. */
  paymentOf(reference: string): Session | Intent
  /** The buyer pays; the money is only held where it is captured by hand. */
  pay(id: string): Promise<Intent>
  decline(id: string): Promise<Intent>
  /** The buyer pays in a way that takes days; `arrive` or `bounce` ends it. */
  payLater(id: string): Promise<Intent>
  arrive(id: string): Promise<Intent>
  bounce(id: string): Promise<Intent>
  /** In the dashboard. */
  capture(id: string, amount?: number): Promise<Intent>
  cancel(id: string, reason?: string): Promise<Intent>
  refund(id: string, amount?: number): Promise<Refund>
  /** The time of the page is over. */
  expire(sessionId: string): Promise<Session>
  /** The buyer's bank sends a refund back. */
  returnRefund(refundId: string): Promise<Refund>
  dispute(id: string): Promise<Dispute>
  decide(disputeId: string, outcome: "won" | "lost"): Promise<Dispute>
  payOut(amount: number, currency: string): Promise<StripeObject>
  /** Any message about any object. */
  tell(type: string, object: StripeObject): Promise<void>
  /** Every message so far; also those for which there was no endpoint. */
  events: readonly StripeEvent[]
  /** Sets up the webhook endpoint from now on. */
  notify(url: string, secret?: string): void
  /** The calls of the API with what they did. */
  stripeCalls: readonly StripeCall[]
  /** Every call of the API is answered with this status from now on; undefined ends it. */
  failWith(status: number | undefined): void
  /** How many calls moved money; replayed and refused ones moved none. What the controls do are no calls. */
  moneyCalls(): MoneyCalls
  /** Throws unless exactly these calls moved money: without an argument, unless none did. */
  expectMoneyCalls(expected?: Partial<MoneyCalls>): void
}>

export type StripeSimulator = Simulator & StripeControls

/**
 * Plays Stripe on loopback: its API, its hosted page at `/pay/<session>`, and its messages, which Stripe's own SDK
 * signs. Without options it has the test-only secrets of the demo's account. The official SDK speaks to it with
 * `{ host: "127.0.0.1", port, protocol: "http" }`. Messages go out at the same time and so arrive in any order, as
 * Stripe's do; in test mode Stripe tries three more times: `redeliverAfterMs` with three waits, or `redeliver`.
 */
export async function startStripeSimulator(options: StripeSimulatorOptions = {}): Promise<StripeSimulator> {
  const { apiKey = "sk_test_only_made_up_for_the_demo", now = () => new Date() } = options
  let controls: StripeControls | undefined
  const simulator = await startSimulator(options, (postman, url) => {
    const events: StripeEvent[] = []
    const secret = options.webhookSecret ?? "whsec_test_only_made_up_for_the_demo"
    let endpoint: Endpoint | undefined = options.notifyUrl ? { url: options.notifyUrl, secret } : undefined
    const emit = (type: string, object: StripeObject) => {
      const event = eventOf(type, object, events.length + 1, now())
      events.push(event)
      if (endpoint) void postman.send(letterOf(event, endpoint))
    }
    const books = new StripeBooks(emit, now)
    const api = new StripeApi(books, apiKey, url)
    controls = {
      ...controlsOf(books, postman, emit),
      ...judgeOf(api),
      events,
      notify(to, by = secret) {
        endpoint = { url: to, secret: by }
      },
    }
    return { page: (call) => answerPage(books, call), api: (call) => api.answer(call) }
  })
  return { ...simulator, ...(controls as StripeControls) }
}

function controlsOf(
  books: StripeBooks,
  postman: Postman,
  emit: (type: string, object: StripeObject) => void
) {
  const told =
    <A extends unknown[], R>(act: (...given: A) => R) =>
    async (...given: A): Promise<R> => {
      const result = act(...given)
      await postman.settled()
      return structuredClone(result)
    }
  const intentOf = (id: string) => (id.startsWith("cs_") ? books.begin(id).intent.id : id)
  return {
    paymentOf: (reference: string) => paymentOf(books, reference),
    pay: told((id: string) => books.pay(id)),
    decline: told((id: string) => books.decline(id)),
    payLater: told((id: string) => books.payLater(id)),
    arrive: told((id: string) => books.arrive(intentOf(id))),
    bounce: told((id: string) => books.bounce(intentOf(id))),
    capture: told((id: string, amount?: number) => books.capture(intentOf(id), amount)),
    cancel: told((id: string, reason?: string) => books.cancel(intentOf(id), reason)),
    refund: told((id: string, amount?: number) => books.refund(intentOf(id), amount)),
    expire: told((id: string) => books.expire(id)),
    returnRefund: told((id: string) => books.returnRefund(id)),
    dispute: told((id: string) => books.dispute(intentOf(id))),
    decide: told((id: string, outcome: "won" | "lost") => books.decide(id, outcome)),
    payOut: told((amount: number, currency: string) => books.payOut(amount, currency)),
    tell: told(emit),
  }
}

function judgeOf(api: StripeApi) {
  const moneyCalls = (): MoneyCalls => {
    const count = (kind: MovingKind) =>
      api.calls.filter((call) => call.kind === kind && !call.replayed && call.status === 200).length
    return {
      capture: count("capture"),
      refund: count("refund"),
      cancel: count("cancel"),
      expire: count("expire"),
    }
  }
  return {
    stripeCalls: api.calls,
    failWith(status: number | undefined) {
      api.failsWith = status
    },
    moneyCalls,
    expectMoneyCalls(expected: Partial<MoneyCalls> = {}) {
      const found = moneyCalls()
      if (movingKinds.every((kind) => found[kind] === (expected[kind] ?? 0))) return
      const say = (of: Partial<MoneyCalls>) =>
        movingKinds.map((kind) => `${of[kind] ?? 0} ${kind}`).join(", ")
      throw new Error(`calls that moved money: expected ${say(expected)}; found ${say(found)}`)
    },
  }
}

function paymentOf(books: StripeBooks, reference: string): Session | Intent {
  const refers = (one: StripeObject) => {
    const metadata = (one.metadata ?? {}) as Metadata
    return [metadata.ipn_reference, metadata.session_id].includes(reference)
  }
  const sessions = books.all<Session>("checkout.session", refers)
  const begun = books.all<Session>("checkout.session", () => true).map((session) => session.payment_intent)
  const intents = books.all<Intent>("payment_intent", (one) => refers(one) && !begun.includes(one.id))
  // The newest page: another amount for the same reference is another one.
  const found = sessions.at(-1) ?? intents.at(-1)
  if (found) return found
  throw new Error(`Stripe has no payment of ${reference}`)
}

function eventOf(type: string, object: StripeObject, number: number, at: Date): StripeEvent {
  return {
    id: `evt_${String(number).padStart(6, "0")}${object.id.replace(/\W|_/g, "").slice(-12)}`,
    object: "event",
    api_version: "2026-10-28.endive",
    created: Math.floor(at.getTime() / 1000),
    data: { object: structuredClone(object) },
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
  }
}

const signer = new Stripe("sk_test_onlyForTests0000000000")

/** Each try is signed anew, as Stripe does. */
function letterOf(event: StripeEvent, { url, secret }: Endpoint) {
  const payload = JSON.stringify(event, null, 2)
  return {
    id: event.id,
    to: url,
    body: Buffer.from(payload),
    headers: (at: Date) => ({
      "content-type": "application/json; charset=utf-8",
      "user-agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
      "stripe-signature": signer.webhooks.generateTestHeaderString({
        payload,
        secret,
        timestamp: Math.floor(at.getTime() / 1000),
      }),
    }),
  }
}

function answerPage(books: StripeBooks, call: Call): Answer | undefined {
  const id = /^\/pay\/(\w+)$/.exec(call.path)?.[1]
  if (id === undefined) return undefined
  const session = books.objects.get(id) as Session | undefined
  if (session?.object !== "checkout.session" || session.status !== "open") {
    return {
      ...page("This page is closed", "<p>The payment was made, or its time was over.</p>"),
      status: 404,
    }
  }
  if (call.method === "POST")
    return act(books, session, new URLSearchParams(call.body.toString("utf8")).get("action"))
  const held = session.metadata.ipn_capture === "manual"
  const told = books.objects.get(session.payment_intent ?? "")?.last_payment_error
  const asked: [string, string][] = [
    ["Amount (smallest unit)", `${session.amount_total} ${session.currency}`],
    ["Reference", String(session.client_reference_id ?? "")],
  ]
  const choices = buttons(call.path, [
    { action: "pay", label: held ? "Authorise" : "Pay", main: true },
    { action: "later", label: "Pay by bank debit" },
    { action: "decline", label: "Decline" },
    { action: "leave", label: "Back to the shop" },
  ])
  return page("Stripe simulator", `<p>No real money moves.</p>${facts(asked)}${choices}`, {
    ...(told ? { say: "Your card was declined." } : {}),
  })
}

function act(books: StripeBooks, session: Session, action: string | null): Answer {
  const back = session.success_url.replace("{CHECKOUT_SESSION_ID}", session.id)
  if (action === "pay") books.pay(session.id)
  else if (action === "later") books.payLater(session.id)
  else if (action === "decline") books.decline(session.id)
  if (action === "decline") return seeOther(`/pay/${session.id}`)
  return seeOther(action === "pay" || action === "later" ? back : (session.cancel_url ?? back))
}

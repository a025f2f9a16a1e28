import { createHmac, randomUUID, timingSafeEqual } from "node:crypto"
import { add, compare, fromDecimal, isPositive, subtract, zero, type Money } from "../../../domain/money"
import type { PaymentEventType } from "../../../domain/payment-event"
import type { Answer, Call } from "../../simulation/http-server"
import type { Postman } from "../../simulation/postman"
import { sandboxDashboard, sandboxPaymentPage } from "./pages"
import { seeOther } from "../../simulation/page"
import { startSimulator, type Simulator, type SimulatorOptions } from "../../simulation/start-simulator"

export type SandboxPayment = {
  readonly id: string
  readonly reference: string
  readonly amount: Money
  readonly notifyUrl: string
  readonly returnUrl: string
  readonly cancelUrl: string
  readonly description: string | undefined
  status: "open" | "pending" | "authorized" | "captured" | "failed" | "canceled" | "expired"
  authorized: Money
  captured: Money
  refunded: Money
  hold?: "risk" | "over" | "under"
}

/** A capture, refund, dispute, payout or fee, as messages show it. */
export type SandboxObject = Readonly<{
  id: string
  amount: string
  currency: string
  status: "pending" | "succeeded" | "failed"
  reason?: Readonly<{ code?: string; text?: string }>
}>

/** All that the API shows of a payment. Amounts are decimal strings in the payment's currency. */
export type SandboxBooks = Readonly<{
  status: SandboxPayment["status"]
  authorized: string
  captured: string
  refunded: string
  failedCaptures: readonly SandboxObject[]
  refunds: readonly SandboxObject[]
  dispute?: SandboxDispute
}>
export type SandboxDispute = Omit<SandboxObject, "status"> &
  Readonly<{ status: "opened" | "updated" | "won" | "lost" }>

export type SandboxOptions = SimulatorOptions & Readonly<{ apiKey?: string; webhookSecret?: string }>

/** What the buyer, the bank or the owner does at the sandbox; each sends its message and waits for its delivery. */
export type SandboxControls = Readonly<{
  payments(): readonly SandboxPayment[]
  payment(id: string): SandboxPayment
  /** The payment made for a Medusa payment session. */
  paymentOf(reference: string): SandboxPayment
  /** The buyer pays; another amount than was asked for may be paid. */
  pay(id: string, amount?: string): Promise<void>
  authorize(id: string): Promise<void>
  /** The buyer chose to pay later. */
  pend(id: string): Promise<void>
  /** A try is declined; the buyer may try again. */
  decline(id: string): Promise<void>
  /** The payment ends without money. */
  fail(id: string): Promise<void>
  cancel(id: string): Promise<void>
  expire(id: string): Promise<void>
  /** Captured in the dashboard. Default: what is left. */
  capture(id: string, amount?: string): Promise<void>
  failCapture(id: string, amount?: string): Promise<void>
  /** Refunded in the dashboard. Default: what is left. Returns the refund's id. */
  refund(id: string, amount?: string, outcome?: "pending" | "succeeded" | "failed"): Promise<string>
  /** The bank's answer to a pending refund. */
  settleRefund(id: string, refundId: string, outcome: "succeeded" | "failed"): Promise<void>
  dispute(id: string, outcome?: "opened" | "updated" | "won" | "lost"): Promise<void>
  fee(id: string, amount: string): Promise<void>
  payout(notifyUrl: string, amount: string, currency: string, outcome?: "paid" | "failed"): Promise<void>
  /** Any type of message about a payment, known to the store or not. */
  tell(id: string, type: string, object?: SandboxObject): Promise<void>
  /** Writes what the API shows of a payment from now on, whatever came before, and tells nobody. */
  rewrite(id: string, books: SandboxBooks): void
  /** Messages sent from now on are signed with this secret. */
  signWith(secret: string): void
}>

export type SandboxSimulator = Simulator & SandboxControls

/**
 * Plays the sandbox: its API, its hosted page at `/pay/<id>`, a dashboard at `/`, and its signed messages. Without
 * options it has the test-only secrets of the demo's account. Controls throw what the API would answer 409 to.
 */
export async function startSandboxSimulator(options: SandboxOptions = {}): Promise<SandboxSimulator> {
  const { apiKey = "test-only-sandbox-api-key", webhookSecret = "test-only-sandbox-webhook-secret" } = options
  let controls: SandboxControls | undefined
  const simulator = await startSimulator(options, (postman) => {
    const ledger = createLedger(postman, webhookSecret)
    controls = ledger
    return {
      page: (call) => answerPage(ledger, postman, call),
      api: createApi(ledger, apiKey),
    }
  })
  return { ...simulator, ...(controls as SandboxControls) }
}

type Ledger = SandboxControls &
  Readonly<{
    /** A payment with everything that the API shows of it. */
    whole(payment: SandboxPayment): object
    /** Payments made before `to` and changed at `from` or later, both in seconds since 1970, the oldest first. */
    changed(from: number, to: number): readonly SandboxPayment[]
    create(input: Readonly<Record<string, string>>): SandboxPayment
    find(id: string): SandboxPayment | undefined
    startCapture(id: string, amount: string | undefined): [SandboxObject, told: Promise<void>]
    startRefund(
      id: string,
      amount: string | undefined,
      outcome: SandboxObject["status"]
    ): [SandboxObject, told: Promise<void>]
  }>

class NotAllowed extends Error {}

function createLedger(postman: Postman, webhookSecret: string): Ledger {
  let secret = webhookSecret
  const payments = new Map<string, SandboxPayment>()
  const times = new Map<string, { created: number; changed: number }>()
  const refundsOf = new Map<string, Map<string, SandboxObject>>()
  const disputesOf = new Map<string, Omit<SandboxObject, "status"> & { status: string }>()
  const failedCapturesOf = new Map<string, readonly SandboxObject[]>()

  /** What happens at the gateway is in its books before any message is sent. */
  function note(id: string): void {
    const now = Math.floor(Date.now() / 1000)
    times.set(id, { created: times.get(id)?.created ?? now, changed: now })
  }

  function noteRefund(id: string, refund: SandboxObject): void {
    refundsOf.set(id, new Map([...(refundsOf.get(id) ?? []), [refund.id, refund]]))
  }

  function payment(id: string): SandboxPayment {
    const found = payments.get(id)
    if (!found) throw new NotAllowed(`There is no payment ${id}.`)
    return found
  }

  function send(to: string, type: string, about: object): Promise<void> {
    const id = `evt_${randomUUID()}`
    const created = Math.floor(Date.now() / 1000)
    const body = Buffer.from(JSON.stringify({ id, type, created, test: true, ...about }))
    const by = secret
    const headers = (at: Date) => ({
      "content-type": "application/json",
      "user-agent": "Sandbox",
      "sandbox-signature": sign(body, by, at),
    })
    return postman.send({ id, to, body, headers })
  }

  const tell = (
    id: string,
    type: PaymentEventType | (string & {}),
    object?: SandboxObject
  ): Promise<void> => {
    const about = payment(id)
    note(id)
    return send(about.notifyUrl, type, { payment: show(about), ...(object ? { object } : {}) })
  }

  function open(id: string): SandboxPayment {
    const found = payment(id)
    if (!["open", "pending"].includes(found.status))
      throw new NotAllowed(`The payment is ${found.status} already.`)
    return found
  }

  function end(id: string, status: "failed" | "canceled" | "expired"): Promise<void> {
    const found = payment(id)
    if (isPositive(found.captured)) throw new NotAllowed("The payment is captured: refund it instead.")
    if (["failed", "canceled", "expired"].includes(found.status))
      throw new NotAllowed(`The payment is ${found.status} already.`)
    found.status = status
    return tell(id, `payment.${status}`)
  }

  const ledger: Ledger = {
    payments: () => [...payments.values()],
    payment,
    find: (id) => payments.get(id),
    whole: (one) => ({
      ...show(one),
      ...times.get(one.id),
      failed_captures: [...(failedCapturesOf.get(one.id) ?? [])],
      refunds: [...(refundsOf.get(one.id)?.values() ?? [])],
      disputes: [...(disputesOf.has(one.id) ? [disputesOf.get(one.id)] : [])],
    }),
    changed: (from, to) =>
      [...payments.values()].filter(({ id }) => {
        const { created, changed } = times.get(id)!
        return created < to && changed >= from
      }),
    paymentOf(reference) {
      const found = [...payments.values()].filter((one) => one.reference === reference).at(-1)
      if (!found) throw new NotAllowed(`There is no payment for ${reference}.`)
      return found
    },
    create(input) {
      const amount = fromDecimal(input.amount ?? "", input.currency ?? "")
      if (!isPositive(amount)) throw new NotAllowed("The amount must be more than nothing.")
      const none = zero(amount.currency)
      const made: SandboxPayment = {
        id: `pay_${randomUUID()}`,
        reference: required(input, "reference"),
        amount,
        notifyUrl: required(input, "notify_url"),
        returnUrl: required(input, "return_url"),
        cancelUrl: required(input, "cancel_url"),
        description: input.description,
        status: "open",
        authorized: none,
        captured: none,
        refunded: none,
      }
      payments.set(made.id, made)
      note(made.id)
      return made
    },

    async pay(id, paid) {
      const found = open(id)
      const money = paid === undefined ? found.amount : fromDecimal(paid, found.amount.currency)
      const difference = compare(money, found.amount)
      if (difference !== 0) found.hold = difference > 0 ? "over" : "under"
      found.authorized = money
      found.captured = money
      found.status = "captured"
      await tell(id, "payment.captured", object("cap", money))
    },
    async authorize(id) {
      const found = open(id)
      found.authorized = found.amount
      found.status = "authorized"
      await tell(id, "payment.authorized")
    },
    async pend(id) {
      open(id).status = "pending"
      await tell(id, "payment.pending")
    },
    async decline(id) {
      open(id)
      await tell(id, "payment.attempt_failed")
    },
    fail: async (id) => end(id, "failed"),
    cancel: async (id) => end(id, "canceled"),
    expire: async (id) => end(id, "expired"),

    startCapture(id, amount) {
      const found = payment(id)
      const left = subtract(found.authorized, found.captured)
      const money = amount === undefined ? left : fromDecimal(amount, left.currency)
      if (found.status !== "authorized" && found.status !== "captured")
        throw new NotAllowed(`The payment is ${found.status}.`)
      if (!isPositive(money) || compare(money, left) > 0)
        throw new NotAllowed(`Only ${left.amount} can be captured.`)
      found.captured = add(found.captured, money)
      found.status = "captured"
      const capture = object("cap", money)
      return [capture, tell(id, "payment.captured", capture)]
    },
    capture: async (id, amount) => ledger.startCapture(id, amount)[1],
    async failCapture(id, amount) {
      const found = payment(id)
      const money = amount === undefined ? found.authorized : fromDecimal(amount, found.amount.currency)
      const capture = { ...object("cap", money, "failed"), reason: declined }
      failedCapturesOf.set(id, [...(failedCapturesOf.get(id) ?? []), capture])
      await tell(id, "capture.failed", capture)
    },

    startRefund(id, amount, outcome) {
      const found = payment(id)
      const left = subtract(found.captured, found.refunded)
      const money = amount === undefined ? left : fromDecimal(amount, left.currency)
      if (!isPositive(money) || compare(money, left) > 0)
        throw new NotAllowed(`Only ${left.amount} can be refunded.`)
      if (outcome === "succeeded") found.refunded = add(found.refunded, money)
      const refund = object("ref", money, outcome)
      noteRefund(id, refund)
      return [refund, tell(id, `refund.${outcome}`, refund)]
    },
    async refund(id, amount, outcome = "succeeded") {
      const [refund, told] = ledger.startRefund(id, amount, outcome)
      await told
      return refund.id
    },
    async settleRefund(id, refundId, outcome) {
      const found = payment(id)
      const refund = refundsOf.get(id)?.get(refundId)
      if (!refund) throw new NotAllowed(`There is no refund ${refundId}.`)
      const money = fromDecimal(refund.amount, refund.currency)
      if (outcome === "succeeded") found.refunded = add(found.refunded, money)
      else if (refund.status === "succeeded") found.refunded = subtract(found.refunded, money)
      const settled = { ...refund, status: outcome }
      noteRefund(id, settled)
      await tell(id, `refund.${outcome}`, settled)
    },
    async dispute(id, outcome = "opened") {
      const found = payment(id)
      const dispute = {
        ...object("dis", found.captured),
        id: `dis_${found.id}`,
        reason: { code: "fraudulent" },
      }
      disputesOf.set(id, { ...dispute, status: outcome })
      await tell(id, `dispute.${outcome}`, dispute)
    },
    async fee(id, amount) {
      await tell(id, "fee", object("fee", fromDecimal(amount, payment(id).amount.currency)))
    },
    async payout(notifyUrl, amount, currency, outcome = "paid") {
      await send(notifyUrl, `payout.${outcome}`, { object: object("out", fromDecimal(amount, currency)) })
    },
    tell,
    rewrite(id, { status, failedCaptures, refunds, dispute, ...books }) {
      const found = payment(id)
      const money = (amount: string) => fromDecimal(amount, found.amount.currency)
      found.status = status
      found.authorized = money(books.authorized)
      found.captured = money(books.captured)
      found.refunded = money(books.refunded)
      failedCapturesOf.set(id, failedCaptures)
      refundsOf.set(id, new Map(refunds.map((refund) => [refund.id, refund])))
      if (dispute) disputesOf.set(id, dispute)
      note(id)
    },
    signWith(next) {
      secret = next
    },
  }
  return ledger
}

const declined = { code: "declined", text: "The card was declined." }

/** The REST API: bearer key, JSON, and one answer per idempotency key. */
function createApi(ledger: Ledger, apiKey: string): (call: Call) => Answer {
  const answered = new Map<string, Readonly<{ request: string; answer: Answer }>>()
  return (call) => {
    if (!isSame(call.headers.authorization ?? "", `Bearer ${apiKey}`))
      return refuse(401, "The API key is wrong.")
    const key = call.headers["idempotency-key"]
    if (call.method !== "POST" || key === undefined) return answerApi(ledger, call)
    const request = `${call.path}\n${call.body.toString("utf8")}`
    const known = answered.get(key)
    if (known && known.request !== request)
      return refuse(409, "This idempotency key was used for another request.")
    const answer = known?.answer ?? answerApi(ledger, call)
    answered.set(key, { request, answer })
    return answer
  }
}

function answerApi(ledger: Ledger, call: Call): Answer {
  const [, root, id, action] = call.path.split("/")
  if (root !== "payments") return refuse(404, "There is no such address.")
  try {
    if (id === undefined)
      return call.method === "POST" ? createPayment(ledger, call) : listPayments(ledger, call)
    const found = ledger.find(decodeURIComponent(id))
    if (!found) return refuse(404, "There is no such payment.")
    if (action === undefined && call.method === "GET") return json(200, ledger.whole(found))
    if (call.method !== "POST") return refuse(405, "This needs a POST.")
    const { amount, currency } = readBody(call)
    if (currency !== undefined && currency !== found.amount.currency)
      return refuse(422, "The currency is another.")
    if (action === "captures") {
      const [object, told] = ledger.startCapture(found.id, amount)
      told.catch(() => undefined)
      return json(201, { payment: show(found), object })
    }
    if (action === "refunds") {
      const [object, told] = ledger.startRefund(found.id, amount, "succeeded")
      told.catch(() => undefined)
      return json(201, { payment: show(found), object })
    }
    if (action !== "cancel") return refuse(404, "There is no such address.")
    ledger.cancel(found.id).catch(() => undefined)
    return found.status === "canceled"
      ? json(200, show(found))
      : refuse(409, `The payment is ${found.status}.`)
  } catch (error) {
    return refuse(error instanceof NotAllowed ? 409 : 422, (error as Error).message)
  }
}

function createPayment(ledger: Ledger, call: Call): Answer {
  const made = ledger.create(readBody(call))
  return json(201, { id: made.id, url: `http://${call.headers.host}/pay/${made.id}` })
}

function listPayments(ledger: Ledger, call: Call): Answer {
  const reference = call.query.get("reference")
  if (reference !== null) {
    const found = ledger.payments().filter((one) => one.reference === reference)
    return json(200, { payments: found.map(ledger.whole), more: false })
  }
  const [from, to] = [Number(call.query.get("from") ?? NaN), Number(call.query.get("to") ?? NaN)]
  if (Number.isNaN(from) || Number.isNaN(to)) return refuse(422, "Ask for a reference, or from and to.")
  const found = ledger.changed(from, to)
  const start = found.findIndex(({ id }) => id === call.query.get("after")) + 1
  const page = found.slice(start, start + listedAtOnce)
  return json(200, { payments: page.map(ledger.whole), more: start + page.length < found.length })
}

const listedAtOnce = 100

/** The hosted page, and the owner's dashboard. */
function answerPage(ledger: Ledger, postman: Postman, call: Call): Answer | undefined {
  const [, root, id = ""] = call.path.split("/")
  const form = new URLSearchParams(call.method === "POST" ? call.body.toString("utf8") : "")
  const action = form.get("action") ?? ""
  if (root === "pay") {
    const found = ledger.find(id)
    if (!found) return { status: 404, body: "There is no such payment." }
    return call.method === "POST" ? actAsBuyer(ledger, found, action) : sandboxPaymentPage(found)
  }
  if (root !== "" && root !== "dashboard") return undefined
  if (call.method === "POST") actAsOwner(ledger, postman, id, action, form.get("amount") || undefined)
  return call.method === "POST" ? seeOther("/") : sandboxDashboard(ledger.payments(), postman.deliveries)
}

function actAsBuyer(ledger: Ledger, found: SandboxPayment, action: string): Answer {
  const back = seeOther(action === "cancel" ? found.cancelUrl : found.returnUrl)
  if (!["open", "pending"].includes(found.status)) return back
  if (action === "decline") {
    run(ledger.decline(found.id))
    return sandboxPaymentPage(found, "Your card was declined. Nothing was charged. You can try again.")
  }
  if (action === "pay") run(ledger.pay(found.id))
  else if (action === "authorize") run(ledger.authorize(found.id))
  else if (action === "later") run(ledger.pend(found.id))
  else if (action === "cancel") run(ledger.cancel(found.id))
  else return { status: 400, body: "There is no such button." }
  return back
}

function actAsOwner(
  ledger: Ledger,
  postman: Postman,
  id: string,
  action: string,
  amount: string | undefined
): void {
  const acts: Record<string, () => Promise<unknown>> = {
    pay: () => ledger.pay(id, amount),
    capture: () => ledger.capture(id, amount),
    refund: () => ledger.refund(id, amount),
    expire: () => ledger.expire(id),
    dispute: () => ledger.dispute(id),
    win: () => ledger.dispute(id, "won"),
    lose: () => ledger.dispute(id, "lost"),
    again: () => postman.deliver({ times: 2, shuffle: Date.now() }),
    undelivered: () => postman.redeliver(),
  }
  const act = acts[action]
  if (act) run(act())
}

/** Messages are delivered while the page is answered already, as at a real gateway. */
function run(work: Promise<unknown>): void {
  work.catch(() => undefined)
}

function show(payment: SandboxPayment) {
  return {
    id: payment.id,
    reference: payment.reference,
    status: payment.status,
    amount: payment.amount.amount,
    currency: payment.amount.currency,
    authorized: payment.authorized.amount,
    captured: payment.captured.amount,
    refunded: payment.refunded.amount,
    ...(payment.hold ? { hold: payment.hold } : {}),
  }
}

function object(prefix: string, money: Money, status: SandboxObject["status"] = "succeeded"): SandboxObject {
  return { id: `${prefix}_${randomUUID()}`, amount: money.amount, currency: money.currency, status }
}

function sign(body: Buffer, secret: string, at: Date): string {
  const time = Math.floor(at.getTime() / 1000)
  return `t=${time},v1=${createHmac("sha256", secret).update(`${time}.`).update(body).digest("hex")}`
}

function readBody(call: Call): Record<string, string> {
  return call.body.length === 0 ? {} : (JSON.parse(call.body.toString("utf8")) as Record<string, string>)
}

function required(input: Readonly<Record<string, string>>, name: string): string {
  const value = input[name]
  if (!value) throw new NotAllowed(`"${name}" is missing.`)
  return value
}

function json(status: number, value: unknown): Answer {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(value) }
}

function refuse(status: number, message: string): Answer {
  return json(status, { error: { message } })
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

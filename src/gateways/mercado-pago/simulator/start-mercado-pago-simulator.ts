import { createHmac, randomUUID } from "node:crypto"
import { add, compare, fromDecimal, isPositive, subtract, zero, type Money } from "../../../domain/money"
import type { Answer, Call } from "../../simulation/http-server"
import { buttons, facts, page, seeOther } from "../../simulation/page"
import type { Postman } from "../../simulation/postman"
import { startSimulator, type Simulator, type SimulatorOptions } from "../../simulation/start-simulator"

type Preference = {
  readonly id: string
  readonly money: Money
  readonly reference: string
  readonly title: string
  readonly backUrls: Readonly<{ success: string; pending: string; failure: string }>
  readonly notifyUrl: string | undefined
  readonly idempotencyKey: string
  expiresAt: number | undefined
}

export type SimulatedPayment = {
  readonly id: number
  readonly preference: Preference
  readonly refunds: SimulatedRefund[]
  readonly createdAt: string
  amount: Money
  refunded: Money
  status:
    | "approved"
    | "authorized"
    | "pending"
    | "rejected"
    | "cancelled"
    | "refunded"
    | "in_mediation"
    | "charged_back"
  detail: string
  captured: boolean
  approvedAt: string | null
  updatedAt: string
}

export type SimulatedRefund = { readonly id: number; readonly amount: Money; readonly createdAt: string }

export type MercadoPagoSimulatorOptions = SimulatorOptions &
  Readonly<{
    accessToken: string
    webhookSecret: string
    /** As set up in "Your integrations". */
    notifyUrl: string
    /** Leaves the signature out, as with notify URLs that are named with a payment. */
    isUnsigned?: boolean
  }>

/** What the buyer, a bank or the seller in the panel does; each resolves when its messages were answered. */
export type MercadoPagoControls = Readonly<{
  /** Every payment of a reference, oldest first. */
  paymentsOf(reference: string): readonly SimulatedPayment[]
  pay(reference: string, amount?: Money): Promise<void>
  authorize(reference: string): Promise<void>
  /** A slip that is paid later: `arrive`, or `expire`. */
  payLater(reference: string): Promise<void>
  arrive(reference: string): Promise<void>
  expire(reference: string): Promise<void>
  decline(reference: string): Promise<void>
  capture(reference: string, amount: Money): Promise<void>
  void(reference: string): Promise<void>
  refund(reference: string, amount: Money): Promise<void>
  mediate(reference: string): Promise<void>
  dispute(reference: string): Promise<void>
  decide(reference: string, as: "won" | "lost"): Promise<void>
  /** Any message, rightly signed. */
  tell(topic: string, id: string, body?: Readonly<Record<string, unknown>>): Promise<void>
  signWith(secret: string): void
}>

export type MercadoPagoSimulator = Simulator & MercadoPagoControls

/**
 * Plays Mercado Pago on loopback: its API, the payment page at `/checkout/<preference>`, and its messages, which name a
 * payment and say nothing of it. 200 and 201 acknowledge one.
 */
export async function startMercadoPagoSimulator(
  options: MercadoPagoSimulatorOptions
): Promise<MercadoPagoSimulator> {
  let controls: MercadoPagoControls | undefined
  const judge = (status: number) => status === 200 || status === 201
  const simulator = await startSimulator({ judge, ...options }, (postman, url) => {
    const books = new Books(postman, options)
    controls = books
    return { page: (call) => books.answerPage(call), api: (call) => books.answerApi(call, url()) }
  })
  const own = controls as unknown as MercadoPagoControls
  return {
    ...simulator,
    paymentsOf: (reference) => own.paymentsOf(reference),
    pay: (reference, amount) => own.pay(reference, amount),
    authorize: (reference) => own.authorize(reference),
    payLater: (reference) => own.payLater(reference),
    arrive: (reference) => own.arrive(reference),
    expire: (reference) => own.expire(reference),
    decline: (reference) => own.decline(reference),
    capture: (reference, amount) => own.capture(reference, amount),
    void: (reference) => own.void(reference),
    refund: (reference, amount) => own.refund(reference, amount),
    mediate: (reference) => own.mediate(reference),
    dispute: (reference) => own.dispute(reference),
    decide: (reference, as) => own.decide(reference, as),
    tell: (topic, id, body) => own.tell(topic, id, body),
    signWith: (secret) => own.signWith(secret),
  }
}

type Body = Readonly<Record<string, unknown>>

class Books implements MercadoPagoControls {
  private readonly preferences: Preference[] = []
  private readonly payments: SimulatedPayment[] = []
  private readonly chargebacks = new Map<string, SimulatedPayment>()
  private readonly replays = new Map<string, Answer>()
  private lastId = 81968653000
  private secret: string

  constructor(
    private readonly postman: Postman,
    private readonly options: MercadoPagoSimulatorOptions
  ) {
    this.secret = options.webhookSecret
  }

  paymentsOf(reference: string): readonly SimulatedPayment[] {
    return this.payments.filter((one) => one.preference.reference === reference)
  }

  signWith(secret: string): void {
    this.secret = secret
  }

  pay(reference: string, amount?: Money): Promise<void> {
    return this.payPreference(this.preferenceOf(reference), amount)
  }

  async authorize(reference: string): Promise<void> {
    const payment = this.newPayment(this.preferenceOf(reference), "authorized", "pending_capture")
    await this.tellOf(payment, "payment.created")
  }

  async payLater(reference: string): Promise<void> {
    const payment = this.newPayment(this.preferenceOf(reference), "pending", "pending_waiting_payment")
    await this.tellOf(payment, "payment.created")
  }

  arrive(reference: string): Promise<void> {
    const payment = this.inStatus(reference, "pending")
    Object.assign(payment, { status: "approved", detail: "accredited", captured: true, approvedAt: now() })
    return this.tellOf(payment)
  }

  expire(reference: string): Promise<void> {
    const payment = this.inStatus(reference, "pending")
    Object.assign(payment, { status: "cancelled", detail: "expired" })
    return this.tellOf(payment)
  }

  decline(reference: string): Promise<void> {
    return this.declinePreference(this.preferenceOf(reference))
  }

  capture(reference: string, amount: Money): Promise<void> {
    const payment = this.inStatus(reference, "authorized")
    this.take(payment, amount)
    return this.tellOf(payment)
  }

  void(reference: string): Promise<void> {
    const payment = this.inStatus(reference, "authorized")
    Object.assign(payment, { status: "cancelled", detail: "by_collector" })
    return this.tellOf(payment)
  }

  async refund(reference: string, amount: Money): Promise<void> {
    const payment = this.inStatus(reference, "approved")
    if (typeof this.giveBack(payment, amount) === "string") throw new Error("there is not enough to refund")
    await this.tellOf(payment)
  }

  mediate(reference: string): Promise<void> {
    const payment = this.inStatus(reference, "approved")
    Object.assign(payment, { status: "in_mediation", detail: "pending" })
    return this.tellOf(payment)
  }

  async dispute(reference: string): Promise<void> {
    const payment = this.inStatus(reference, "approved")
    Object.assign(payment, { status: "charged_back", detail: "in_process" })
    this.chargebacks.set(String(this.newId()), payment)
    await this.tellOf(payment)
    await this.tellChargeback(payment)
  }

  async decide(reference: string, as: "won" | "lost"): Promise<void> {
    const payment = this.inStatus(reference, "charged_back")
    payment.detail = as === "won" ? "reimbursed" : "settled"
    await this.tellOf(payment)
    await this.tellChargeback(payment)
  }

  tell(topic: string, id: string, body: Body = {}): Promise<void> {
    return this.send(this.options.notifyUrl, topic, id, body)
  }

  answerPage(call: Call): Answer | undefined {
    const id = /^\/checkout\/([\w-]+)$/.exec(call.path)?.[1]
    const preference = id === "preferences" ? undefined : this.preferences.find((one) => one.id === id)
    if (!preference) return undefined
    const { money, backUrls, title, reference } = preference
    const isPaid = this.payments.some((one) => one.preference === preference && one.approvedAt)
    if (isPaid) return seeOther(backUrls.success)
    const isOver = preference.expiresAt !== undefined && preference.expiresAt <= Date.now()
    if (isOver) return { ...page("This page is closed", "<p>Its time was over.</p>"), status: 410 }
    const action =
      call.method === "POST" ? new URLSearchParams(call.body.toString("utf8")).get("action") : null
    if (action === "leave") return seeOther(backUrls.failure)
    if (action === "pay") {
      void this.payPreference(preference)
      return seeOther(backUrls.success)
    }
    if (action === "later") {
      void this.payLater(reference)
      return seeOther(backUrls.pending)
    }
    if (action === "decline") void this.declinePreference(preference)
    const amount = `${money.amount} ${money.currency.toUpperCase()}`
    const about = facts([
      ["Amount", amount],
      ["For", title],
    ])
    const choices = buttons(call.path, [
      { action: "pay", label: `Pay ${amount}`, main: true },
      { action: "later", label: "Pay by slip" },
      { action: "decline", label: "Decline" },
      { action: "leave", label: "Back to the shop" },
    ])
    const say = action === "decline" ? { say: "Your card was declined. You can try again." } : {}
    return page("Mercado Pago simulator", `<p>No real money moves on this page.</p>${about}${choices}`, say)
  }

  answerApi(call: Call, url: string): Answer {
    if (call.headers.authorization !== `Bearer ${this.options.accessToken}`) {
      return refuse(401, "invalid access token", "unauthorized")
    }
    const key = call.headers["x-idempotency-key"]
    const known = key && this.replays.get(`${call.path} ${key}`)
    if (known) return known
    const body = call.body.length > 0 ? (JSON.parse(call.body.toString("utf8")) as Body) : {}
    const answer = this.answerOnce(call, body, url, key ?? "")
    if (key && answer.status < 300) this.replays.set(`${call.path} ${key}`, answer)
    return answer
  }

  private answerOnce(call: Call, body: Body, url: string, key: string): Answer {
    const route = `${call.method} ${call.path}`
    if (route === "POST /checkout/preferences") return this.createPreference(body, url, key)
    if (route === "GET /v1/payments/search") return this.search(call.query)
    const [, root, second, third, fourth] = call.path.split("/").map(decodeURIComponent)
    if (root === "checkout" && call.method === "PUT") return this.changePreference(third ?? "", body)
    if (root === "merchant_orders") return this.describeOrder(second ?? "")
    if (second === "chargebacks") return this.describeChargeback(third ?? "")
    const payment = second === "payments" && this.payments.find((one) => String(one.id) === third)
    if (!payment) return refuse(404, "Payment not found", "not_found")
    if (call.method === "GET") return json(200, writePayment(payment))
    if (call.method === "PUT") return this.changePayment(payment, body)
    if (call.method === "POST" && fourth === "refunds") return this.createRefund(payment, body)
    return refuse(404, "resource not found", "not_found")
  }

  private createPreference(body: Body, url: string, idempotencyKey: string): Answer {
    const [item] = (body.items ?? []) as { title: string; unit_price: number; currency_id: string }[]
    const backUrls = body.back_urls as Preference["backUrls"] | undefined
    if (!item || !(item.unit_price > 0)) return refuse(400, "unit_price invalid", "invalid_items")
    if (body.auto_return && !backUrls?.success.startsWith("https://")) {
      return refuse(400, "auto_return invalid. back_url.success must be defined", "invalid_auto_return")
    }
    const expiresAt = body.expires ? Date.parse(String(body.expiration_date_to)) : undefined
    const made: Preference = {
      id: `634060442-${randomUUID()}`,
      money: fromDecimal(String(item.unit_price), item.currency_id),
      reference: String(body.external_reference ?? ""),
      title: item.title,
      backUrls: backUrls ?? { success: "", pending: "", failure: "" },
      notifyUrl: typeof body.notification_url === "string" ? body.notification_url : undefined,
      idempotencyKey,
      expiresAt,
    }
    this.preferences.push(made)
    const init_point = `${url}/checkout/${made.id}`
    return json(201, { id: made.id, init_point, sandbox_init_point: init_point, collector_id: 634060442 })
  }

  private changePreference(id: string, body: Body): Answer {
    const found = this.preferences.find((one) => one.id === id)
    if (!found) return refuse(404, "preference not found", "not_found")
    if (body.expires) found.expiresAt = Date.parse(String(body.expiration_date_to))
    return json(200, { id: found.id })
  }

  private search(query: URLSearchParams): Answer {
    const reference = query.get("external_reference")
    const [from, to] = [query.get("begin_date"), query.get("end_date")].map((date) => Date.parse(date ?? ""))
    const found = this.payments
      .filter((one) => !reference || one.preference.reference === reference)
      .filter((one) => !from || Date.parse(one.updatedAt) >= from)
      .filter((one) => !to || Date.parse(one.updatedAt) <= to)
    const ordered = query.get("criteria") === "desc" ? [...found].reverse() : found
    const [offset, limit] = [Number(query.get("offset") ?? 0), Number(query.get("limit") ?? 30)]
    const results = ordered.slice(offset, offset + limit).map((one) => {
      const { refunds: _refunds, ...written } = writePayment(one)
      return written
    })
    return json(200, { paging: { total: found.length, limit, offset }, results })
  }

  private describeOrder(id: string): Answer {
    const found = this.preferences[Number(id) - 1]
    if (!found) return refuse(404, "order not found", "not_found")
    const payments = this.payments.filter((one) => one.preference === found).map(({ id }) => ({ id }))
    return json(200, { id: Number(id), preference_id: found.id, status: "opened", payments })
  }

  private describeChargeback(id: string): Answer {
    const payment = this.chargebacks.get(id)
    if (!payment) return refuse(404, "chargeback not found", "not_found")
    return json(200, {
      id,
      payments: [payment.id],
      currency: payment.amount.currency.toUpperCase(),
      amount: payment.amount.amount,
      coverage_applied: payment.detail === "reimbursed" ? "true" : "false",
      documentation_required: "true",
      documentation_status: payment.detail === "in_process" ? "pending" : "valid",
      date_documentation_deadline: new Date(Date.parse(payment.createdAt) + 10 * 86_400_000).toISOString(),
      date_created: payment.updatedAt,
      date_last_updated: payment.updatedAt,
      live_mode: "true",
    })
  }

  private changePayment(payment: SimulatedPayment, body: Body): Answer {
    if (body.status === "cancelled") {
      if (!["pending", "authorized"].includes(payment.status)) {
        return refuse(400, "The action requested is not valid for the current payment state", "bad_request")
      }
      Object.assign(payment, { status: "cancelled", detail: "by_collector" })
    } else if (body.capture === true) {
      const amount = fromDecimal(String(body.transaction_amount), payment.amount.currency)
      if (payment.status !== "authorized" || compare(amount, payment.amount) > 0) {
        return refuse(400, "The action requested is not valid for the current payment state", "bad_request")
      }
      this.take(payment, amount)
    }
    void this.tellOf(payment)
    return json(200, writePayment(payment))
  }

  private createRefund(payment: SimulatedPayment, body: Body): Answer {
    const amount = fromDecimal(String(body.amount), payment.amount.currency)
    const made = this.giveBack(payment, amount)
    if (typeof made === "string") return refuse(400, made, "bad_request")
    void this.tellOf(payment)
    return json(201, { payment_id: payment.id, ...writeRefund(made) })
  }

  private take(payment: SimulatedPayment, amount: Money): void {
    Object.assign(payment, { amount, status: "approved", detail: "accredited", captured: true })
    payment.approvedAt = payment.updatedAt = now()
  }

  private giveBack(payment: SimulatedPayment, amount: Money): SimulatedRefund | string {
    const refunded = add(payment.refunded, amount)
    if (payment.status !== "approved") return "The payment is not approved"
    if (!isPositive(amount) || compare(refunded, payment.amount) > 0) return "Amount for refund is invalid"
    const made = { id: this.newId(), amount, createdAt: now() }
    payment.refunds.push(made)
    payment.refunded = refunded
    const isWhole = compare(refunded, payment.amount) === 0
    if (isWhole) payment.status = "refunded"
    payment.detail = isWhole ? "refunded" : "partially_refunded"
    return made
  }

  private async payPreference(preference: Preference, amount?: Money): Promise<void> {
    const payment = this.newPayment(preference, "approved", "accredited")
    payment.amount = amount ?? payment.amount
    payment.captured = true
    payment.approvedAt = payment.createdAt
    await this.tellOf(payment, "payment.created")
    await this.send(
      preference.notifyUrl ?? this.options.notifyUrl,
      "topic_merchant_order_wh",
      String(this.preferences.indexOf(preference) + 1)
    )
  }

  private async declinePreference(preference: Preference): Promise<void> {
    const payment = this.newPayment(preference, "rejected", "cc_rejected_insufficient_amount")
    await this.tellOf(payment, "payment.created")
  }

  private newPayment(
    preference: Preference,
    status: SimulatedPayment["status"],
    detail: string
  ): SimulatedPayment {
    const at = now()
    const made: SimulatedPayment = {
      id: this.newId(),
      preference,
      refunds: [],
      createdAt: at,
      amount: preference.money,
      refunded: zero(preference.money.currency),
      status,
      detail,
      captured: status === "pending",
      approvedAt: null,
      updatedAt: at,
    }
    this.payments.push(made)
    return made
  }

  private tellOf(payment: SimulatedPayment, action = "payment.updated"): Promise<void> {
    payment.updatedAt = now()
    const to = payment.preference.notifyUrl ?? this.options.notifyUrl
    return this.send(to, "payment", String(payment.id), { action, data: { id: String(payment.id) } })
  }

  private tellChargeback(payment: SimulatedPayment): Promise<void> {
    const [id = ""] = [...this.chargebacks].find(([, one]) => one === payment) ?? []
    return this.send(this.options.notifyUrl, "topic_chargebacks_wh", id)
  }

  private async send(notifyUrl: string, topic: string, id: string, body: Body = {}): Promise<void> {
    const to = `${notifyUrl}?data.id=${id}&type=${topic}`
    const number = this.newId()
    const written = {
      id: number,
      live_mode: true,
      type: topic,
      user_id: 634060442,
      api_version: "v1",
      ...body,
    }
    const requestId = randomUUID()
    const secret = this.secret
    await this.postman.send({
      id: String(number),
      to,
      body: Buffer.from(JSON.stringify(written)),
      headers: (at): Readonly<Record<string, string>> => {
        const manifest = `id:${id.toLowerCase()};request-id:${requestId};ts:${at.getTime()};`
        const v1 = createHmac("sha256", secret).update(manifest).digest("hex")
        const signature = { "x-signature": `ts=${at.getTime()},v1=${v1}` }
        return {
          "content-type": "application/json",
          "x-request-id": requestId,
          ...(this.options.isUnsigned ? {} : signature),
        }
      },
    })
  }

  private preferenceOf(reference: string): Preference {
    const found = this.preferences.filter((one) => one.reference === reference).at(-1)
    if (!found) throw new Error(`Mercado Pago has no preference for ${reference}`)
    return found
  }

  private inStatus(reference: string, status: SimulatedPayment["status"]): SimulatedPayment {
    const found = this.paymentsOf(reference)
      .filter((one) => one.status === status)
      .at(-1)
    if (!found) throw new Error(`no payment of ${reference} is ${status}`)
    return found
  }

  private newId(): number {
    return ++this.lastId
  }
}

function writePayment(one: SimulatedPayment) {
  const fee = fromDecimal("0.50", one.amount.currency)
  return {
    id: one.id,
    date_created: one.createdAt,
    date_approved: one.approvedAt,
    date_last_updated: one.updatedAt,
    date_of_expiration: one.status === "pending" ? "2099-01-01T00:00:00.000-03:00" : null,
    status: one.status,
    status_detail: one.detail,
    currency_id: one.amount.currency.toUpperCase(),
    live_mode: true,
    collector_id: 634060442,
    external_reference: one.preference.reference,
    transaction_amount: Number(one.amount.amount),
    transaction_amount_refunded: Number(one.refunded.amount),
    captured: one.captured,
    fee_details: one.approvedAt
      ? [{ type: "mercadopago_fee", amount: Number(fee.amount), fee_payer: "collector" }]
      : [],
    transaction_details: { net_received_amount: Number(subtract(one.amount, fee).amount) },
    refunds: one.refunds.map(writeRefund),
  }
}

function writeRefund({ id, amount, createdAt }: SimulatedRefund) {
  return { id, amount: Number(amount.amount), status: "approved", date_created: createdAt }
}

function refuse(status: number, message: string, error: string): Answer {
  return json(status, { message, error, status, cause: [] })
}

function json(status: number, body: unknown): Answer {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) }
}

function now(): string {
  return new Date().toISOString()
}

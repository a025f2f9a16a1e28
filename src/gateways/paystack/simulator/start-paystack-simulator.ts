import { createHmac } from "node:crypto"
import type { Answer, Call } from "../../simulation/http-server"
import { buttons, facts, page, seeOther } from "../../simulation/page"
import type { Postman } from "../../simulation/postman"
import { startSimulator, type Simulator, type SimulatorOptions } from "../../simulation/start-simulator"

/** Amounts are hundredths, as Paystack counts them. */
export type SimulatedTransaction = {
  readonly id: number
  readonly reference: string
  readonly accessCode: string
  readonly email: string
  readonly metadata: Readonly<Record<string, unknown>>
  readonly currency: string
  readonly callbackUrl: string
  readonly createdAt: string
  amount: number
  status: "abandoned" | "success" | "failed" | "reversed"
  paidAt: string | null
}

export type SimulatedRefund = {
  readonly id: number
  readonly transaction: SimulatedTransaction
  readonly amount: number
  readonly note: string
  readonly createdAt: string
  status: "pending" | "processing" | "processed" | "failed"
}

type SimulatedDispute = { id: number; transaction: SimulatedTransaction; createdAt: string }

export type PaystackSimulatorOptions = SimulatorOptions & Readonly<{ secretKey: string; notifyUrl: string }>

/** What the buyer, the merchant in the dashboard or a bank does; each resolves when its messages were answered. */
export type PaystackControls = Readonly<{
  transactionsOf(reference: string): readonly SimulatedTransaction[]
  refunds(): readonly SimulatedRefund[]
  pay(reference: string, amount?: number): Promise<void>
  decline(reference: string): Promise<void>
  /** In the dashboard: asked for and paid. */
  refund(reference: string, amount: number): Promise<void>
  /** The bank pays, or sends back, the refunds that were asked for. */
  finishRefunds(as?: "processed" | "failed"): Promise<void>
  dispute(reference: string): Promise<void>
  remind(reference: string): Promise<void>
  decide(reference: string, as: "won" | "lost"): Promise<void>
  transfer(amount: number, as: "success" | "failed" | "reversed"): Promise<void>
  signWith(secretKey: string): void
}>

export type PaystackSimulator = Simulator & PaystackControls

const minute = 60_000

/** How Paystack tries again in live mode: every 3 minutes 4 times, then every hour for 72 hours. Read 2026-11-23, https://paystack.com/docs/payments/webhooks/ */
export const paystackRedeliveryMs: readonly number[] = [
  ...Array.from({ length: 4 }, () => 3 * minute),
  ...Array.from({ length: 72 }, () => 60 * minute),
]

/**
 * Plays Paystack on loopback: its API, its hosted page at `/pay/<access code>`, and its messages. Nothing but 200
 * acknowledges one. A refund is asked for at once and paid when `finishRefunds` says so. A card that is declined is
 * told to nobody, as at Paystack.
 */
export async function startPaystackSimulator(options: PaystackSimulatorOptions): Promise<PaystackSimulator> {
  let controls: PaystackControls | undefined
  const simulator = await startSimulator(
    { judge: (status) => status === 200, ...options },
    (postman, url) => {
      const books = new Books(postman, options)
      controls = books
      return { page: (call) => books.answerPage(call), api: (call) => books.answerApi(call, url()) }
    }
  )
  const own = controls as PaystackControls
  return {
    ...simulator,
    transactionsOf: (reference) => own.transactionsOf(reference),
    refunds: () => own.refunds(),
    pay: (reference, amount) => own.pay(reference, amount),
    decline: (reference) => own.decline(reference),
    refund: (reference, amount) => own.refund(reference, amount),
    finishRefunds: (as) => own.finishRefunds(as),
    dispute: (reference) => own.dispute(reference),
    remind: (reference) => own.remind(reference),
    decide: (reference, as) => own.decide(reference, as),
    transfer: (amount, as) => own.transfer(amount, as),
    signWith: (secretKey) => own.signWith(secretKey),
  }
}

class Books implements PaystackControls {
  private readonly transactions: SimulatedTransaction[] = []
  private readonly refundList: SimulatedRefund[] = []
  private readonly disputes = new Map<string, SimulatedDispute>()
  private lastId = 1000
  private signingKey: string

  constructor(
    private readonly postman: Postman,
    private readonly options: PaystackSimulatorOptions
  ) {
    this.signingKey = options.secretKey
  }

  transactionsOf(reference: string): readonly SimulatedTransaction[] {
    return this.transactions.filter((one) => one.metadata.ipn_reference === reference)
  }

  refunds(): readonly SimulatedRefund[] {
    return this.refundList
  }

  signWith(secretKey: string): void {
    this.signingKey = secretKey
  }

  pay(reference: string, amount?: number): Promise<void> {
    return this.payTransaction(this.last(reference), amount)
  }

  async decline(reference: string): Promise<void> {
    this.last(reference).status = "failed"
  }

  async refund(reference: string, amount: number): Promise<void> {
    const made = this.askForRefund(this.paid(reference), amount, "Refunded in the dashboard")
    if (typeof made === "string") throw new Error(made)
    await this.tellRefund(made)
    await this.finishRefunds()
  }

  async finishRefunds(as: "processed" | "failed" = "processed"): Promise<void> {
    for (const refund of this.refundList.filter((one) => one.status === "pending")) {
      refund.status = "processing"
      await this.tellRefund(refund)
      refund.status = as
      if (refundedOf(this.refundList, refund.transaction) >= refund.transaction.amount) {
        refund.transaction.status = "reversed"
      }
      await this.tellRefund(refund)
    }
  }

  async dispute(reference: string): Promise<void> {
    const dispute = { id: this.newId(), transaction: this.paid(reference), createdAt: now() }
    this.disputes.set(reference, dispute)
    await this.tellDispute("charge.dispute.create", dispute)
  }

  remind(reference: string): Promise<void> {
    return this.tellDispute("charge.dispute.remind", this.disputed(reference))
  }

  decide(reference: string, as: "won" | "lost"): Promise<void> {
    const resolution = as === "won" ? "declined" : "merchant-accepted"
    return this.tellDispute("charge.dispute.resolve", this.disputed(reference), resolution)
  }

  transfer(amount: number, as: "success" | "failed" | "reversed"): Promise<void> {
    const id = this.newId()
    return this.tell(`transfer.${as}`, {
      amount,
      currency: "NGN",
      domain: "test",
      id,
      reason: "Supplier",
      reference: `transfer-${id}`,
      status: as,
      transfer_code: `TRF_${id}`,
      updatedAt: now(),
      fee_charged: 1000,
    })
  }

  answerPage(call: Call): Answer | undefined {
    const code = /^\/pay\/(\w+)$/.exec(call.path)?.[1]
    const found = code && this.transactions.find((one) => one.accessCode === code)
    if (!found) return undefined
    const back = `${found.callbackUrl}${found.callbackUrl.includes("?") ? "&" : "?"}trxref=${found.reference}&reference=${found.reference}`
    if (found.status === "success" || found.status === "reversed") return seeOther(back)
    if (call.method === "POST") {
      const action = new URLSearchParams(call.body.toString("utf8")).get("action")
      if (action === "cancel") return seeOther(String(found.metadata.cancel_action ?? back))
      if (action === "pay") {
        void this.payTransaction(found)
        return seeOther(back)
      }
      found.status = "failed"
    }
    const amount = `${(found.amount / 100).toFixed(2)} ${found.currency}`
    const about = facts([
      ["Amount", amount],
      ["Email", found.email],
      ["Reference", found.reference],
    ])
    const choices = buttons(call.path, [
      { action: "pay", label: `Pay ${amount}`, main: true },
      { action: "decline", label: "Decline" },
      { action: "cancel", label: "Cancel" },
    ])
    const say = found.status === "failed" ? { say: "Your card was declined. You can try again." } : {}
    return page("Paystack simulator", `<p>No real money moves on this page.</p>${about}${choices}`, say)
  }

  answerApi(call: Call, url: string): Answer {
    if (call.headers.authorization !== `Bearer ${this.options.secretKey}`) {
      return refuse(401, "Invalid key", "invalid_Key")
    }
    const body = call.method === "POST" ? (JSON.parse(call.body.toString("utf8")) as Body) : {}
    const [, root, second, third] = call.path.split("/").map(decodeURIComponent)
    if (root === "transaction" && second === "initialize" && call.method === "POST") {
      return this.initialize(body, url)
    }
    if (root === "transaction" && second === "verify") {
      const found = this.transactions.find((one) => one.reference === third)
      return found
        ? accept(writeTransaction(found))
        : refuse(400, "Transaction reference not found.", "transaction_not_found")
    }
    if (root === "transaction" && second) {
      const found = this.transactions.find((one) => String(one.id) === second)
      return found ? accept(writeTransaction(found)) : refuse(404, "Transaction ID or reference is invalid")
    }
    if (root === "transaction") return pageOf(call.query, this.transactions.map(writeTransaction))
    if (root === "refund" && call.method === "POST") return this.createRefund(body)
    if (root === "refund") {
      const asked = call.query.get("transaction")
      const found = this.refundList.filter((one) => !asked || String(one.transaction.id) === asked)
      return pageOf(call.query, found.map(writeRefund))
    }
    return refuse(404, "Endpoint not found")
  }

  private initialize(body: Body, url: string): Answer {
    const reference = String(body.reference ?? "")
    if (!/@/.test(String(body.email ?? ""))) return refuse(400, "Invalid Email Address Passed")
    if (!/^\d+$/.test(String(body.amount)) || Number(body.amount) <= 0) {
      return refuse(400, "Invalid Amount Sent")
    }
    if (!/^[A-Za-z0-9.=-]+$/.test(reference)) return refuse(400, "Invalid reference characters")
    if (this.transactions.some((one) => one.reference === reference)) {
      return refuse(400, "Duplicate Transaction Reference")
    }
    const id = this.newId()
    const made: SimulatedTransaction = {
      id,
      reference,
      accessCode: `access${id}`,
      email: String(body.email),
      metadata: (body.metadata ?? {}) as Record<string, unknown>,
      currency: String(body.currency),
      callbackUrl: String(body.callback_url),
      createdAt: now(),
      amount: Number(body.amount),
      status: "abandoned",
      paidAt: null,
    }
    this.transactions.push(made)
    const authorization_url = `${url}/pay/${made.accessCode}`
    return accept({ authorization_url, access_code: made.accessCode, reference }, "Authorization URL created")
  }

  private createRefund(body: Body): Answer {
    const asked = String(body.transaction ?? "")
    const found = this.transactions.find((one) => one.reference === asked || String(one.id) === asked)
    if (!found) return refuse(404, "Transaction not found")
    const made = this.askForRefund(
      found,
      Number(body.amount ?? found.amount),
      String(body.merchant_note ?? "")
    )
    if (typeof made === "string") return refuse(400, made)
    void this.tellRefund(made)
    const written = { ...writeRefund(made), transaction: writeTransaction(made.transaction) }
    return accept(written, "Refund has been queued for processing")
  }

  private askForRefund(
    transaction: SimulatedTransaction,
    amount: number,
    note: string
  ): SimulatedRefund | string {
    if (transaction.status === "reversed") return "Transaction has been fully reversed"
    if (transaction.status !== "success") return "Only successful transactions can be refunded"
    if (refundedOf(this.refundList, transaction) + amount > transaction.amount) {
      return "Refund amount cannot be more than the transaction amount"
    }
    const id = this.newId()
    const made: SimulatedRefund = { id, transaction, amount, note, createdAt: now(), status: "pending" }
    this.refundList.push(made)
    return made
  }

  private async payTransaction(transaction: SimulatedTransaction, amount?: number): Promise<void> {
    if (transaction.status === "success" || transaction.status === "reversed") {
      throw new Error("this transaction was paid already")
    }
    transaction.amount = amount ?? transaction.amount
    transaction.status = "success"
    transaction.paidAt = now()
    await this.tell("charge.success", writeTransaction(transaction))
  }

  private tellRefund({ id, transaction, amount, status, note }: SimulatedRefund): Promise<void> {
    return this.tell(`refund.${status}`, {
      status,
      transaction_reference: transaction.reference,
      refund_reference: status === "processed" ? `bank${id}` : null,
      amount: String(amount),
      currency: transaction.currency,
      processor: "instant-transfer",
      customer: { email: transaction.email },
      integration: 412829,
      domain: "test",
      id: String(id),
      merchant_note: note,
    })
  }

  private tellDispute(
    event: string,
    dispute: SimulatedDispute,
    resolution: string | null = null
  ): Promise<void> {
    const { id, transaction, createdAt } = dispute
    return this.tell(event, {
      id,
      refund_amount: transaction.amount,
      currency: transaction.currency,
      status: resolution ? "resolved" : "awaiting-merchant-feedback",
      resolution,
      domain: "test",
      transaction: { ...writeTransaction(transaction), metadata: "" },
      category: "chargeback",
      dueAt: new Date(Date.parse(createdAt) + 24 * 60 * minute).toISOString(),
      resolvedAt: resolution ? now() : null,
      created_at: createdAt,
      updated_at: now(),
    })
  }

  private async tell(event: string, data: unknown): Promise<void> {
    const body = Buffer.from(JSON.stringify({ event, data }))
    const signature = createHmac("sha512", this.signingKey).update(body).digest("hex")
    await this.postman.send({
      id: `${event}-${this.newId()}`,
      to: this.options.notifyUrl,
      body,
      headers: () => ({ "content-type": "application/json", "x-paystack-signature": signature }),
    })
  }

  private last(reference: string): SimulatedTransaction {
    const found = this.transactionsOf(reference).at(-1)
    if (!found) throw new Error(`Paystack has no transaction for ${reference}`)
    return found
  }

  private paid(reference: string): SimulatedTransaction {
    const found = this.transactionsOf(reference).find((one) => one.paidAt !== null)
    if (!found) throw new Error(`nobody paid ${reference}`)
    return found
  }

  private disputed(reference: string): SimulatedDispute {
    const found = this.disputes.get(reference)
    if (!found) throw new Error(`nobody disputes ${reference}`)
    return found
  }

  private newId(): number {
    return ++this.lastId
  }
}

type Body = Readonly<Record<string, unknown>>

function refundedOf(refunds: readonly SimulatedRefund[], transaction: SimulatedTransaction): number {
  return refunds
    .filter((one) => one.transaction === transaction && one.status !== "failed")
    .reduce((sum, one) => sum + one.amount, 0)
}

function writeTransaction(one: SimulatedTransaction) {
  return {
    id: one.id,
    domain: "test",
    status: one.status,
    reference: one.reference,
    amount: one.amount,
    gateway_response: one.status === "failed" ? "Declined" : "Successful",
    paid_at: one.paidAt,
    created_at: one.createdAt,
    channel: "card",
    currency: one.currency,
    metadata: one.metadata,
    fees: one.paidAt ? Math.round(one.amount * 0.015) : null,
    customer: { email: one.email },
    authorization: {},
    plan: null,
    requested_amount: one.amount,
  }
}

function writeRefund(one: SimulatedRefund) {
  return {
    id: one.id,
    integration: 412829,
    domain: "test",
    transaction: one.transaction.id,
    status: one.status,
    amount: one.amount,
    currency: one.transaction.currency,
    merchant_note: one.note,
    createdAt: one.createdAt,
  }
}

function pageOf(query: URLSearchParams, rows: readonly object[]): Answer {
  const perPage = Number(query.get("perPage") ?? 50)
  const number = Number(query.get("page") ?? 1)
  return accept(rows.slice((number - 1) * perPage, number * perPage))
}

function accept(data: unknown, message = "Retrieved"): Answer {
  return json(200, { status: true, message, data })
}

function refuse(status: number, message: string, code = "invalid_params"): Answer {
  return json(status, { status: false, message, type: "validation_error", code })
}

function json(status: number, body: unknown): Answer {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) }
}

function now(): string {
  return new Date().toISOString()
}

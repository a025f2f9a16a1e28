import { createHash, randomUUID } from "node:crypto"
import type { Answer, Call } from "../../simulation/http-server"
import { buttons, facts, page, seeOther } from "../../simulation/page"
import type { Postman } from "../../simulation/postman"
import { startSimulator, type Simulator, type SimulatorOptions } from "../../simulation/start-simulator"

/** Amounts are hundredths. `status`: 0 not paid, 1 paid and not verified, 2 paid and verified, 3 paid back. */
export type SimulatedTransaction = {
  readonly token: string
  readonly sessionId: string
  readonly orderId: number
  readonly originAmount: number
  readonly currency: string
  readonly email: string
  readonly urlReturn: string
  readonly urlStatus: string
  amount: number
  status: 0 | 1 | 2 | 3
}

/** `status`: 1 completed, 2 pending, 4 rejected. */
export type SimulatedRefund = {
  readonly transaction: SimulatedTransaction
  readonly requestId: string
  readonly refundsUuid: string
  readonly amount: number
  readonly urlStatus: string
  status: 1 | 2 | 4
}

export type Przelewy24SimulatorOptions = SimulatorOptions &
  Readonly<{
    merchantId: number
    posId?: number
    crcKey: string
    apiKey: string
    /** Where messages about refunds go that name no address: set up for the account by Przelewy24. */
    notifyUrl: string
  }>

/** What the buyer or the merchant in the panel does; each resolves when its messages were answered. */
export type Przelewy24Controls = Readonly<{
  /** All pages that were opened for a reference, oldest first. */
  transactionsOf(reference: string): readonly SimulatedTransaction[]
  refunds(): readonly SimulatedRefund[]
  pay(reference: string, amount?: number): Promise<void>
  /** The bank says no: the buyer may try again, and nobody is told. */
  decline(reference: string): Promise<void>
  /** In the panel: completed at once. */
  refund(reference: string, amount: number): Promise<void>
  /** Completes or rejects the refunds that were asked for. */
  finishRefunds(as?: "completed" | "rejected"): Promise<void>
  /** Tells once more of each payment that was not verified. */
  resendUnverified(): Promise<void>
  /** A card that is refused, where the account is told of cards. */
  refuseCard(reference: string): Promise<void>
  signWith(crcKey: string): void
}>

export type Przelewy24Simulator = Simulator & Przelewy24Controls

const minute = 60_000

/** When Przelewy24 tells again of a payment that was not verified. Read 2026-11-23, https://developers.przelewy24.pl/index.php?en */
export const przelewy24RedeliveryMs: readonly number[] = [3, 5, 15, 30, 60, 150, 450].map(
  (minutes) => minutes * minute
)

/**
 * Plays Przelewy24 on loopback: its API, the payment page at `/trnRequest/<token>`, and its messages. Money counts only
 * once it was verified with the amount that was paid; until then the message is sent again, whatever it was answered.
 */
export async function startPrzelewy24Simulator(
  options: Przelewy24SimulatorOptions
): Promise<Przelewy24Simulator> {
  let controls: Books | undefined
  const simulator = await startSimulator({ judge: (status) => status === 200, ...options }, (postman) => {
    const books = new Books(postman, options)
    controls = books
    return { page: (call) => books.answerPage(call), api: (call) => books.answerApi(call) }
  })
  const own = controls as unknown as Przelewy24Controls
  return {
    ...simulator,
    transactionsOf: (reference) => own.transactionsOf(reference),
    refunds: () => own.refunds(),
    pay: (reference, amount) => own.pay(reference, amount),
    decline: (reference) => own.decline(reference),
    refund: (reference, amount) => own.refund(reference, amount),
    finishRefunds: (as) => own.finishRefunds(as),
    resendUnverified: () => own.resendUnverified(),
    refuseCard: (reference) => own.refuseCard(reference),
    signWith: (crcKey) => own.signWith(crcKey),
  }
}

type Body = Readonly<Record<string, unknown>>

class Books implements Przelewy24Controls {
  private readonly transactions: SimulatedTransaction[] = []
  private readonly refundList: SimulatedRefund[] = []
  private lastOrderId = 4295430000
  private letters = 0
  private signingKey: string

  constructor(
    private readonly postman: Postman,
    private readonly options: Przelewy24SimulatorOptions
  ) {
    this.signingKey = options.crcKey
  }

  transactionsOf(reference: string): readonly SimulatedTransaction[] {
    return this.transactions.filter(({ sessionId }) => sessionId.startsWith(`${reference}.`))
  }

  refunds(): readonly SimulatedRefund[] {
    return this.refundList
  }

  signWith(crcKey: string): void {
    this.signingKey = crcKey
  }

  pay(reference: string, amount?: number): Promise<void> {
    return this.payTransaction(this.last(reference), amount)
  }

  async decline(reference: string): Promise<void> {
    if (this.last(reference).status !== 0) throw new Error("this transaction was paid already")
  }

  async refund(reference: string, amount: number): Promise<void> {
    const transaction = this.paid(reference)
    const made = this.askForRefund(transaction, amount, "", randomUUID().slice(0, 35), this.options.notifyUrl)
    if (typeof made === "string") throw new Error(made)
    await this.finishRefunds()
  }

  async finishRefunds(as: "completed" | "rejected" = "completed"): Promise<void> {
    for (const refund of this.refundList.filter((one) => one.status === 2)) {
      refund.status = as === "completed" ? 1 : 4
      const { transaction } = refund
      if (this.refundedOf(transaction) >= transaction.amount) transaction.status = 3
      const signed = {
        orderId: transaction.orderId,
        sessionId: transaction.sessionId,
        refundsUuid: refund.refundsUuid,
        merchantId: this.options.merchantId,
        amount: refund.amount,
        currency: transaction.currency,
        status: as === "completed" ? 0 : 1,
      }
      const unsigned = { requestId: refund.requestId, timestamp: Math.floor(Date.now() / 1000) }
      await this.tell(refund.urlStatus, signed, unsigned)
    }
  }

  async resendUnverified(): Promise<void> {
    for (const transaction of this.transactions.filter((one) => one.status === 1)) {
      await this.tellPaid(transaction)
    }
  }

  refuseCard(reference: string): Promise<void> {
    const { amount, orderId, sessionId, urlStatus } = this.last(reference)
    const errorMessage = "Brak środków na karcie"
    const refused = { amount, "3ds": true, method: 218, orderId, sessionId, errorCode: "51", errorMessage }
    return this.tell(urlStatus, refused)
  }

  answerPage(call: Call): Answer | undefined {
    const token = /^\/trnRequest\/([\w-]+)$/.exec(call.path)?.[1]
    const found = token && this.transactions.find((one) => one.token === token)
    if (!found) return undefined
    if (found.status !== 0) return seeOther(found.urlReturn)
    const action =
      call.method === "POST" ? new URLSearchParams(call.body.toString("utf8")).get("action") : null
    if (action === "cancel") return seeOther(found.urlReturn)
    if (action === "pay") {
      void this.payTransaction(found)
      return seeOther(found.urlReturn)
    }
    const amount = `${(found.amount / 100).toFixed(2)} ${found.currency}`
    const about = facts([
      ["Amount", amount],
      ["Email", found.email],
      ["Session", found.sessionId],
    ])
    const choices = buttons(call.path, [
      { action: "pay", label: `Pay ${amount}`, main: true },
      { action: "decline", label: "Decline" },
      { action: "cancel", label: "Cancel" },
    ])
    const say = action === "decline" ? { say: "Your bank refused. You can try again." } : {}
    return page("Przelewy24 simulator", `<p>No real money moves on this page.</p>${about}${choices}`, say)
  }

  answerApi(call: Call): Answer {
    const { merchantId, posId = merchantId, apiKey } = this.options
    const identity = Buffer.from(`${posId}:${apiKey}`).toString("base64")
    if (call.headers.authorization !== `Basic ${identity}`) {
      return json(401, { error: "Incorrect authentication", code: 401 })
    }
    const body = call.body.length > 0 ? (JSON.parse(call.body.toString("utf8")) as Body) : {}
    const route = `${call.method} ${call.path}`
    if (route === "POST /api/v1/transaction/register") return this.register(body)
    if (route === "PUT /api/v1/transaction/verify") return this.verify(body)
    if (route === "POST /api/v1/transaction/refund") return this.createRefund(body)
    const sessionId = /^GET \/api\/v1\/transaction\/by\/sessionId\/(.+)$/.exec(route)?.[1]
    if (sessionId) return this.describe(decodeURIComponent(sessionId))
    const orderId = /^GET \/api\/v1\/refund\/by\/orderId\/(\d+)$/.exec(route)?.[1]
    if (orderId) return this.describeRefunds(Number(orderId))
    return json(404, { error: "Not found", code: 404 })
  }

  private register(body: Body): Answer {
    const { merchantId } = this.options
    const { sessionId, amount, currency } = body
    const sign = signed({ sessionId, merchantId, amount, currency }, this.options.crcKey)
    const isComplete = ["email", "description", "country", "language", "urlReturn"].every(
      (name) => body[name]
    )
    if (body.merchantId !== merchantId || body.sign !== sign || !isComplete) return invalid()
    if (typeof sessionId !== "string" || sessionId.length > 100 || !(Number(amount) > 0)) return invalid()
    if (this.transactions.some((one) => one.sessionId === sessionId)) return invalid()
    const made: SimulatedTransaction = {
      token: randomUUID().toUpperCase(),
      sessionId,
      orderId: ++this.lastOrderId,
      originAmount: Number(amount),
      currency: String(currency),
      email: String(body.email),
      urlReturn: String(body.urlReturn),
      urlStatus: String(body.urlStatus ?? this.options.notifyUrl),
      amount: Number(amount),
      status: 0,
    }
    this.transactions.push(made)
    return json(200, { data: { token: made.token }, responseCode: 0 })
  }

  private verify(body: Body): Answer {
    const { sessionId, orderId, amount, currency } = body
    const sign = signed({ sessionId, orderId, amount, currency }, this.options.crcKey)
    const found = this.transactions.find((one) => one.sessionId === sessionId && one.orderId === orderId)
    const isRight = found && found.status === 1 && found.amount === amount && found.currency === currency
    if (body.merchantId !== this.options.merchantId || body.sign !== sign || !isRight) return invalid()
    found.status = 2
    return json(200, { data: { status: "success" }, responseCode: 0 })
  }

  private describe(sessionId: string): Answer {
    const found = this.transactions.find((one) => one.sessionId === sessionId)
    if (!found) return json(404, { error: "Transaction not exist", code: 404 })
    const { orderId, status, amount, currency, email } = found
    const data = {
      statement: status === 0 ? "" : `p24-${orderId}`,
      orderId: status === 0 ? 0 : orderId,
      sessionId,
      status,
      amount,
      currency,
      date: "202611231200",
      dateOfTransaction: "202611231205",
      clientEmail: email,
      paymentMethod: 154,
      batchId: 0,
      fee: "0",
    }
    return json(200, { data, responseCode: 0 })
  }

  private createRefund(body: Body): Answer {
    const requests = body.refunds as { orderId: number; sessionId: string; amount: number }[]
    const [asked] = requests
    const found = this.transactions.find((one) => one.orderId === asked?.orderId)
    const [requestId, refundsUuid] = [String(body.requestId), String(body.refundsUuid)]
    if (requestId.length > 45 || refundsUuid.length > 35) return invalid()
    if (this.refundList.some((one) => one.requestId === requestId)) return invalid()
    const urlStatus = String(body.urlStatus ?? this.options.notifyUrl)
    const made =
      found && asked && found.sessionId === asked.sessionId
        ? this.askForRefund(found, asked.amount, requestId, refundsUuid, urlStatus)
        : "Transaction not found"
    if (typeof made === "string") {
      return json(409, { data: [{ ...asked, status: false, message: made }], responseCode: 409 })
    }
    return json(201, { data: [{ ...asked, status: true, message: "success" }], responseCode: 0 })
  }

  private describeRefunds(orderId: number): Answer {
    const refunds = this.refundList.filter((one) => one.transaction.orderId === orderId)
    const [first] = refunds
    if (!first) return json(404, { error: "Refund with given Order Id not found", code: 404 })
    const { sessionId, amount, currency } = first.transaction
    const rows = refunds.map((one) => ({ requestId: one.requestId, status: one.status, amount: one.amount }))
    return json(200, { data: { orderId, sessionId, amount, currency, refunds: rows }, responseCode: 0 })
  }

  private askForRefund(
    transaction: SimulatedTransaction,
    amount: number,
    requestId: string,
    refundsUuid: string,
    urlStatus: string
  ): SimulatedRefund | string {
    if (transaction.status !== 2) return "Transaction in wrong status - cannot refund"
    if (this.refundedOf(transaction) + amount > transaction.amount) {
      return "The amount of refund exceeds available amount for the transaction"
    }
    const made: SimulatedRefund = { transaction, requestId, refundsUuid, amount, urlStatus, status: 2 }
    this.refundList.push(made)
    return made
  }

  private refundedOf(transaction: SimulatedTransaction): number {
    return this.refundList
      .filter((one) => one.transaction === transaction && one.status !== 4)
      .reduce((sum, one) => sum + one.amount, 0)
  }

  private async payTransaction(transaction: SimulatedTransaction, amount?: number): Promise<void> {
    if (transaction.status !== 0) throw new Error("this transaction was paid already")
    transaction.amount = amount ?? transaction.amount
    transaction.status = 1
    await this.tellPaid(transaction)
  }

  private tellPaid({ urlStatus, ...paid }: SimulatedTransaction): Promise<void> {
    const { merchantId, posId = merchantId } = this.options
    return this.tell(urlStatus, {
      merchantId,
      posId,
      sessionId: paid.sessionId,
      amount: paid.amount,
      originAmount: paid.originAmount,
      currency: paid.currency,
      orderId: paid.orderId,
      methodId: 154,
      statement: `p24-${paid.orderId}/ąźćż`,
    })
  }

  private async tell(to: string, fields: Body, unsigned: Body = {}): Promise<void> {
    const body = Buffer.from(
      JSON.stringify({ ...fields, ...unsigned, sign: signed(fields, this.signingKey) })
    )
    const headers = () => ({ "content-type": "application/json" })
    await this.postman.send({ id: `p24-${++this.letters}`, to, body, headers })
  }

  private last(reference: string): SimulatedTransaction {
    const found = this.transactionsOf(reference).at(-1)
    if (!found) throw new Error(`Przelewy24 has no transaction for ${reference}`)
    return found
  }

  private paid(reference: string): SimulatedTransaction {
    const found = this.transactionsOf(reference).find((one) => one.status > 0)
    if (!found) throw new Error(`nobody paid ${reference}`)
    return found
  }
}

/** https://developers.przelewy24.pl/index.php?en#tag/Checksum, written apart from the gateway's own code. */
function signed(fields: Body, crc: string): string {
  return createHash("sha384")
    .update(JSON.stringify({ ...fields, crc }))
    .digest("hex")
}

function invalid(): Answer {
  return json(400, { error: "Invalid input data", code: 400 })
}

function json(status: number, body: unknown): Answer {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) }
}

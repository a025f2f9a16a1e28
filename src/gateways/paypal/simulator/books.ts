import { randomBytes } from "node:crypto"
import { add, compare, fromDecimal, isPositive, subtract, zero, type Money } from "../../../domain/money"

export type BookedCapture = {
  readonly id: string
  readonly amount: Money
  readonly authorization: string | undefined
  status: "COMPLETED" | "PENDING" | "DECLINED" | "PARTIALLY_REFUNDED" | "REFUNDED"
  readonly refunds: BookedRefund[]
  dispute?: string
  readonly at: Date
}
export type BookedRefund = Readonly<{ id: string; amount: Money; at: Date }>
export type BookedOrder = {
  readonly id: string
  readonly intent: "CAPTURE" | "AUTHORIZE"
  readonly reference: string
  readonly amount: Money
  readonly returnUrl: string
  readonly cancelUrl: string
  status: "PAYER_ACTION_REQUIRED" | "APPROVED" | "COMPLETED"
  updatedAt: Date
  /** How the buyer pays: at once, with a card that the bank declines, or by a slow bank transfer. */
  funding: "instant" | "declined" | "echeck"
  authorization?: { readonly id: string; status: string; readonly at: Date; updatedAt: Date }
  readonly captures: BookedCapture[]
}

/** PayPal's no: name, issue and HTTP status of an error. */
export class PaypalError extends Error {
  constructor(
    readonly status: number,
    readonly issue: string,
    message: string
  ) {
    super(message)
  }
}

export type Tell = (type: string, kind: string, resource: object) => void

/** PayPal's books in memory: what each step changes, and what it tells. Only the store captures and authorises. */
export class PaypalBooks {
  readonly orders = new Map<string, BookedOrder>()

  constructor(
    private readonly tell: Tell,
    private readonly apiUrl: () => string
  ) {}

  create(input: Omit<BookedOrder, "id" | "status" | "updatedAt" | "captures" | "funding">): BookedOrder {
    const order: BookedOrder = {
      ...input,
      id: newId(),
      status: "PAYER_ACTION_REQUIRED",
      updatedAt: new Date(),
      funding: "instant",
      captures: [],
    }
    this.orders.set(order.id, order)
    return order
  }

  order(id: string): BookedOrder {
    return this.orders.get(id) ?? notFound()
  }

  orderOf(reference: string): BookedOrder {
    const found = [...this.orders.values()].filter((one) => one.reference === reference).at(-1)
    if (!found) throw new Error(`there is no order for ${reference}`)
    return found
  }

  capture(id: string): [BookedOrder, BookedCapture] {
    for (const order of this.orders.values()) {
      const capture = order.captures.find((one) => one.id === id)
      if (capture) return [order, capture]
    }
    return notFound()
  }

  authorized(id: string): BookedOrder & Required<Pick<BookedOrder, "authorization">> {
    const order = [...this.orders.values()].find((one) => one.authorization?.id === id)
    if (!order?.authorization) return notFound()
    return order as BookedOrder & Required<Pick<BookedOrder, "authorization">>
  }

  /** The buyer says yes on PayPal's page. */
  approve(order: BookedOrder, funding: BookedOrder["funding"] = "instant"): void {
    if (order.status === "COMPLETED") throw new Error("the order is paid already")
    order.funding = funding
    order.status = "APPROVED"
    this.touch(order)
    this.tell("CHECKOUT.ORDER.APPROVED", "checkout-order", this.showOrder(order))
  }

  /** The last step, by the store: capture or authorise, as the order was made for. */
  complete(order: BookedOrder, step: "capture" | "authorize"): void {
    const does = order.intent === "CAPTURE" ? "capture" : "authorize"
    if (order.status === "COMPLETED")
      throw new PaypalError(422, `ORDER_ALREADY_${step.toUpperCase()}D`, "Done.")
    if (order.status !== "APPROVED")
      throw new PaypalError(422, "ORDER_NOT_APPROVED", "Payer has not approved.")
    if (does !== step) throw new PaypalError(422, "ACTION_DOES_NOT_MATCH_INTENT", `The order is to ${does}.`)
    if (order.funding === "declined") {
      order.status = "PAYER_ACTION_REQUIRED"
      this.touch(order)
      throw new PaypalError(422, "INSTRUMENT_DECLINED", "The instrument presented was declined by the bank.")
    }
    order.status = "COMPLETED"
    this.touch(order)
    if (step === "capture") {
      this.book(order, order.amount, undefined)
      return
    }
    const at = new Date()
    order.authorization = { id: newId(), status: "CREATED", at, updatedAt: at }
    this.tell("PAYMENT.AUTHORIZATION.CREATED", "authorization", this.showAuthorization(order))
  }

  captureAuthorized(id: string, amount: Money): BookedCapture {
    const order = this.authorized(id)
    if (["VOIDED", "CAPTURED"].includes(order.authorization.status))
      throw new PaypalError(422, `AUTHORIZATION_${order.authorization.status}`, "It has ended.")
    const taken = order.captures.map((one) => one.amount).reduce(add, zero(amount.currency))
    const left = subtract(order.amount, taken)
    if (!isPositive(amount) || compare(amount, left) > 0)
      throw new PaypalError(422, "MAX_CAPTURE_AMOUNT_EXCEEDED", `Only ${left.amount} is left.`)
    order.authorization.status = compare(amount, left) === 0 ? "CAPTURED" : "PARTIALLY_CAPTURED"
    order.authorization.updatedAt = new Date()
    return this.book(order, amount, id)
  }

  void(id: string): void {
    const order = this.authorized(id)
    if (order.authorization.status === "CAPTURED")
      throw new PaypalError(422, "AUTHORIZATION_ALREADY_CAPTURED", "It was captured.")
    order.authorization.status = "VOIDED"
    order.authorization.updatedAt = new Date()
    this.tell("PAYMENT.AUTHORIZATION.VOIDED", "authorization", this.showAuthorization(order))
  }

  /** A slow payment arrives, or does not. */
  settle(order: BookedOrder, as: "COMPLETED" | "DECLINED"): void {
    for (const capture of order.captures.filter((one) => one.status === "PENDING")) {
      capture.status = as
      const word = as === "COMPLETED" ? as : "DENIED"
      this.tell(`PAYMENT.CAPTURE.${word}`, "capture", this.showCapture(order, capture))
    }
  }

  refund(captureId: string, amount: Money): BookedRefund {
    const [order, capture] = this.capture(captureId)
    const given = capture.refunds.map((one) => one.amount).reduce(add, zero(amount.currency))
    const left = subtract(capture.amount, given)
    if (!isPositive(left)) throw new PaypalError(422, "CAPTURE_FULLY_REFUNDED", "It was refunded in full.")
    if (!isPositive(amount) || compare(amount, left) > 0)
      throw new PaypalError(422, "REFUND_AMOUNT_EXCEEDED", `Only ${left.amount} is left.`)
    const refund: BookedRefund = { id: newId(), amount, at: new Date() }
    capture.refunds.push(refund)
    capture.status = compare(amount, left) === 0 ? "REFUNDED" : "PARTIALLY_REFUNDED"
    this.tell("PAYMENT.CAPTURE.REFUNDED", "refund", this.showRefund(order, capture, refund))
    return refund
  }

  dispute(capture: BookedCapture, order: BookedOrder): void {
    capture.dispute = `PP-D-${Date.now() % 1_000_000}`
    this.tell("CUSTOMER.DISPUTE.CREATED", "dispute", this.showDispute(order, capture))
  }

  decide(capture: BookedCapture, order: BookedOrder, outcome: string): void {
    const resource = { ...this.showDispute(order, capture), status: "RESOLVED" }
    this.tell("CUSTOMER.DISPUTE.RESOLVED", "dispute", {
      ...resource,
      dispute_outcome: { outcome_code: outcome, amount_refunded: write(capture.amount) },
    })
  }

  /** Nobody captured within three hours: the approval is given back. */
  lapse(order: BookedOrder): void {
    this.tell("CHECKOUT.PAYMENT-APPROVAL.REVERSED", "checkout-order", {
      order_id: order.id,
      purchase_units: [{ reference_id: "default", custom_id: order.reference }],
    })
  }

  showOrder(order: BookedOrder) {
    const { captures, authorization } = order
    const refunds = captures.flatMap((one) =>
      one.refunds.map((refund) => this.showRefund(order, one, refund))
    )
    const payments = {
      ...(authorization ? { authorizations: [this.showAuthorization(order)] } : {}),
      ...(captures.length > 0 ? { captures: captures.map((one) => this.showCapture(order, one)) } : {}),
      ...(refunds.length > 0 ? { refunds } : {}),
    }
    return {
      id: order.id,
      intent: order.intent,
      status: order.status,
      purchase_units: [
        {
          reference_id: "default",
          custom_id: order.reference,
          invoice_id: order.reference,
          amount: write(order.amount),
          ...(order.status === "COMPLETED" ? { payments } : {}),
        },
      ],
      update_time: seconds(order.updatedAt),
      links: [
        { rel: "self", method: "GET", href: `${this.apiUrl()}/v2/checkout/orders/${order.id}` },
        { rel: "payer-action", method: "GET", href: `${this.apiUrl()}/checkoutnow?token=${order.id}` },
      ],
    }
  }

  showCapture(order: BookedOrder, capture: BookedCapture) {
    const fee = fromDecimal(
      compare(capture.amount, zero(capture.amount.currency)) > 0 ? "1" : "0",
      capture.amount.currency
    )
    const up = capture.authorization
      ? `v2/payments/authorizations/${capture.authorization}`
      : `v2/checkout/orders/${order.id}`
    return {
      id: capture.id,
      status: capture.status,
      ...(capture.status === "PENDING" ? { status_details: { reason: "ECHECK" } } : {}),
      amount: write(capture.amount),
      custom_id: order.reference,
      invoice_id: order.reference,
      final_capture: true,
      ...(capture.status === "PENDING" || capture.status === "DECLINED"
        ? {}
        : {
            seller_receivable_breakdown: {
              gross_amount: write(capture.amount),
              paypal_fee: write(fee),
              net_amount: write(subtract(capture.amount, fee)),
            },
          }),
      supplementary_data: { related_ids: { order_id: order.id } },
      links: [
        { rel: "self", method: "GET", href: `${this.apiUrl()}/v2/payments/captures/${capture.id}` },
        { rel: "up", method: "GET", href: `${this.apiUrl()}/${up}` },
      ],
      create_time: seconds(capture.at),
      update_time: seconds(capture.at),
    }
  }

  showRefund(order: BookedOrder, capture: BookedCapture, refund: BookedRefund) {
    return {
      id: refund.id,
      status: "COMPLETED",
      amount: write(refund.amount),
      custom_id: order.reference,
      links: [{ rel: "up", method: "GET", href: `${this.apiUrl()}/v2/payments/captures/${capture.id}` }],
      create_time: seconds(refund.at),
      update_time: seconds(refund.at),
    }
  }

  showAuthorization(order: BookedOrder) {
    const { authorization } = order
    return {
      id: authorization?.id,
      status: authorization?.status,
      amount: write(order.amount),
      custom_id: order.reference,
      invoice_id: order.reference,
      expiration_time: seconds(new Date((authorization?.at.getTime() ?? 0) + 29 * 86_400_000)),
      supplementary_data: { related_ids: { order_id: order.id } },
      links: [{ rel: "up", method: "GET", href: `${this.apiUrl()}/v2/checkout/orders/${order.id}` }],
      create_time: seconds(authorization?.at ?? new Date(0)),
      update_time: seconds(authorization?.updatedAt ?? new Date(0)),
    }
  }

  private showDispute(order: BookedOrder, capture: BookedCapture) {
    const at = new Date()
    return {
      dispute_id: capture.dispute,
      status: "WAITING_FOR_SELLER_RESPONSE",
      reason: "MERCHANDISE_OR_SERVICE_NOT_RECEIVED",
      dispute_amount: write(capture.amount),
      disputed_transactions: [
        { seller_transaction_id: capture.id, custom: order.reference, gross_amount: write(capture.amount) },
      ],
      seller_response_due_date: seconds(new Date(at.getTime() + 10 * 86_400_000)),
      create_time: seconds(at),
      update_time: seconds(at),
    }
  }

  private book(order: BookedOrder, amount: Money, authorization: string | undefined): BookedCapture {
    const status = order.funding === "echeck" ? "PENDING" : "COMPLETED"
    const capture: BookedCapture = { id: newId(), amount, authorization, status, refunds: [], at: new Date() }
    order.captures.push(capture)
    this.tell(`PAYMENT.CAPTURE.${status}`, "capture", this.showCapture(order, capture))
    return capture
  }

  private touch(order: BookedOrder): void {
    order.updatedAt = new Date(Math.max(Date.now(), order.updatedAt.getTime() + 1000))
  }
}

function notFound(): never {
  throw new PaypalError(404, "RESOURCE_NOT_FOUND", "The specified resource does not exist.")
}

function newId(): string {
  return `${randomBytes(9).toString("hex").slice(0, 16).toUpperCase()}T`
}

/** PayPal writes HUF, JPY and TWD without decimals. */
export function write(money: Money) {
  const whole = ["huf", "jpy", "twd"].includes(money.currency)
  const value = whole ? money.amount.replace(/\.0+$/, "") : money.amount
  return { currency_code: money.currency.toUpperCase(), value }
}

function seconds(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, "Z")
}

import { randomBytes } from "node:crypto"

/** An item of a standard webhook, without its signature. */
export type BooksItem = {
  pspReference: string
  originalReference?: string
  merchantAccountCode: string
  merchantReference: string
  amount: Amount
  eventCode: string
  eventDate: string
  paymentMethod: string
  reason: string
  success: "true" | "false"
  additionalData?: Record<string, string>
}
export type Amount = { value: number; currency: string }

export type Link = {
  id: string
  url: string
  status: "active" | "completed" | "expired" | "paymentPending"
  reference: string
  amount: Amount
  merchantAccount: string
  returnUrl?: string
  description?: string
  manualCapture?: boolean
  expiresAt: string
  reusable: boolean
}
export type Payment = {
  psp: string
  link: Link
  amount: Amount
  method: string
  state: "pending" | "authorised" | "cancelled" | "closed" | "expired"
  /** By the reference of each capture or refund: what it took. Those that failed are not among them. */
  captures: Map<string, number>
  refunds: Map<string, number>
  /** The reference of the dispute, once there is one. */
  dispute?: string
}

/**
 * Adyen's books in memory: what each step of a payment changes, and which items it tells. Captures, refunds and
 * cancellations are accepted at once and judged afterwards, as at Adyen. https://docs.adyen.com/online-payments/
 */
export class AdyenBooks {
  readonly links = new Map<string, Link>()
  readonly payments = new Map<string, Payment>()

  constructor(
    private readonly emit: (item: BooksItem) => void,
    private readonly now: () => Date,
    private readonly url: () => string
  ) {}

  createLink(
    wish: Omit<Link, "id" | "url" | "status" | "reusable" | "expiresAt"> & { expiresAt?: string }
  ): Link {
    const id = `PL${randomBytes(8).toString("hex").toUpperCase()}`
    const day = new Date(this.now().getTime() + 86_400_000).toISOString()
    const link: Link = {
      expiresAt: day,
      ...wish,
      id,
      url: `${this.url()}/pay/${id}`,
      status: "active",
      reusable: false,
    }
    this.links.set(id, link)
    return link
  }

  linkOf(reference: string): Link {
    const link = [...this.links.values()].filter((one) => one.reference === reference).at(-1)
    if (!link) throw new Error(`Adyen has no payment link of ${reference}`)
    return link
  }

  /** The payment of a reference that was authorised, else the last one that was tried. */
  paymentOf(reference: string): Payment {
    const tried = [...this.payments.values()].filter((one) => one.link.reference === reference)
    const found = tried.find((one) => one.captures.size > 0 || one.state === "authorised") ?? tried.at(-1)
    if (!found) throw new Error(`Adyen has no payment of ${reference}`)
    return found
  }

  /** The buyer pays; where Adyen captures by itself, the money is taken without a further message. */
  pay(link: Link, amount: Amount = link.amount): Payment {
    const payment = this.begin(link, amount, "visa")
    link.status = "completed"
    this.authorise(payment)
    return payment
  }

  decline(link: Link): void {
    const { psp, amount, method } = this.begin(link, link.amount, "visa", "closed")
    this.tell("AUTHORISATION", { psp, link, amount, method }, { reason: "Refused", success: false })
  }

  /** The buyer chooses a way to pay that takes days: `arrive` or `lapse` ends it. */
  payLater(link: Link): Payment {
    const payment = this.begin(link, link.amount, "bankTransfer_IBAN", "pending")
    link.status = "paymentPending"
    this.tell("PENDING", payment)
    return payment
  }

  arrive(payment: Payment): void {
    payment.link.status = "completed"
    this.authorise(payment)
  }

  /** The buyer began and did not finish; the link stays open. */
  lapse(payment: Payment): void {
    payment.state = "closed"
    payment.link.status = "active"
    this.tell("OFFER_CLOSED", payment)
  }

  expireLink(link: Link): Link {
    link.status = "expired"
    return link
  }

  /** The bank's hold on the money ends. */
  expire(payment: Payment): void {
    payment.state = "expired"
    this.tell("EXPIRE", payment)
  }

  capture(payment: Payment, amount: Amount = payment.amount, reference?: string): string {
    const taken = sum(payment.captures) + amount.value
    const fits = payment.state === "authorised" && taken <= payment.amount.value && same(payment, amount)
    return this.modify(
      "CAPTURE",
      payment,
      { amount, reference },
      fits || "Insufficient balance on payment",
      (id) => payment.captures.set(id, amount.value)
    )
  }

  /** The scheme sends an accepted capture back. */
  failCapture(payment: Payment, capture = last(payment.captures)): void {
    this.takeBack("CAPTURE_FAILED", payment, payment.captures, capture)
  }

  refund(payment: Payment, amount: Amount = payment.amount, reference?: string): string {
    const fits = sum(payment.refunds) + amount.value <= sum(payment.captures) && same(payment, amount)
    return this.modify(
      "REFUND",
      payment,
      { amount, reference },
      fits || "Insufficient balance on payment",
      (id) => payment.refunds.set(id, amount.value)
    )
  }

  failRefund(payment: Payment, code: "REFUND_FAILED" | "REFUNDED_REVERSED" = "REFUND_FAILED"): void {
    this.takeBack(code, payment, payment.refunds, last(payment.refunds))
  }

  cancel(
    payment: Payment,
    reference?: string,
    code: "CANCELLATION" | "TECHNICAL_CANCEL" = "CANCELLATION"
  ): string {
    const open = payment.state === "authorised" && payment.captures.size === 0
    return this.modify(code, payment, { reference }, open || "Already captured", () => {
      payment.state = "cancelled"
    })
  }

  /** The bank's first word, and the money taken back. */
  dispute(payment: Payment): void {
    payment.dispute = newPsp()
    const due = new Date(this.now().getTime() + 14 * 86_400_000).toISOString()
    const additionalData = { defensePeriodEndsAt: due, defendable: "true", chargebackReasonCode: "10.4" }
    for (const code of ["NOTIFICATION_OF_CHARGEBACK", "CHARGEBACK"]) {
      this.tellDispute(code, payment, { ...additionalData, disputeStatus: "Undefended" })
    }
  }

  decide(payment: Payment, as: "won" | "lost"): void {
    this.tellDispute(as === "won" ? "CHARGEBACK_REVERSED" : "SECOND_CHARGEBACK", payment, {})
  }

  private authorise(payment: Payment): void {
    payment.state = "authorised"
    const additionalData = { paymentLinkId: payment.link.id, authCode: "028373" }
    this.tell("AUTHORISATION", payment, { additionalData, reason: "028373:1111:03/2030" })
    if (!payment.link.manualCapture) payment.captures.set(newPsp(), payment.amount.value)
  }

  private begin(link: Link, amount: Amount, method: string, state: Payment["state"] = "authorised"): Payment {
    if (link.status !== "active") throw new Error(`the payment link of ${link.reference} is ${link.status}`)
    const payment = { psp: newPsp(), link, amount, method, state, captures: new Map(), refunds: new Map() }
    this.payments.set(payment.psp, payment)
    return payment
  }

  /** @param judged true, or why the scheme says no. */
  private modify(
    code: string,
    payment: Payment,
    wish: Readonly<{ amount?: Amount; reference?: string | undefined }>,
    judged: true | string,
    book: (modification: string) => void
  ): string {
    const psp = newPsp()
    if (judged === true) book(psp)
    this.tell(
      code,
      { ...payment, psp, amount: wish.amount ?? payment.amount },
      {
        original: payment.psp,
        reference: wish.reference,
        success: judged === true,
        reason: judged === true ? "" : judged,
      }
    )
    return psp
  }

  private takeBack(code: string, payment: Payment, done: Map<string, number>, psp: string): void {
    const amount = { ...payment.amount, value: done.get(psp) ?? 0 }
    done.delete(psp)
    this.tell(code, { ...payment, psp, amount }, { original: payment.psp, reason: "Rejected by the scheme" })
  }

  private tellDispute(code: string, payment: Payment, additionalData: Record<string, string>): void {
    if (!payment.dispute) throw new Error(`nobody disputes the payment of ${payment.link.reference}`)
    const about = { original: payment.psp, additionalData, reason: "Other Fraud-Card Absent Environment" }
    this.tell(code, { ...payment, psp: payment.dispute }, about)
  }

  private tell(
    eventCode: string,
    about: Pick<Payment, "psp" | "link" | "amount" | "method">,
    more: Readonly<{
      original?: string
      reference?: string | undefined
      success?: boolean
      reason?: string
      additionalData?: Record<string, string>
    }> = {}
  ): void {
    this.emit({
      ...(more.additionalData ? { additionalData: more.additionalData } : {}),
      amount: { currency: about.amount.currency, value: about.amount.value },
      eventCode,
      eventDate: `${this.now().toISOString().slice(0, 19)}+00:00`,
      merchantAccountCode: about.link.merchantAccount,
      merchantReference: more.reference ?? about.link.reference,
      ...(more.original ? { originalReference: more.original } : {}),
      paymentMethod: about.method,
      pspReference: about.psp,
      reason: more.reason ?? "",
      success: more.success === false ? "false" : "true",
    })
  }
}

/** 16 capital letters and digits. */
function newPsp(): string {
  return [...randomBytes(16)].map((byte) => "BCDFGHJKLMNPQRSTVWXZ23456789".charAt(byte % 28)).join("")
}

function sum(amounts: Map<string, number>): number {
  return [...amounts.values()].reduce((total, value) => total + value, 0)
}

function last(amounts: Map<string, number>): string {
  const id = [...amounts.keys()].at(-1)
  if (id === undefined) throw new Error("there is nothing to take back")
  return id
}

function same(payment: Payment, amount: Amount): boolean {
  return amount.value > 0 && amount.currency === payment.amount.currency
}

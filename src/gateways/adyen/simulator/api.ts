import type { Answer, Call } from "../../simulation/http-server"
import type { AdyenBooks, Amount, Link, Payment } from "./books"

type Body = Readonly<Record<string, unknown>>

/** The part of Adyen's Checkout API that the Adyen gateway uses. https://docs.adyen.com/api-explorer/Checkout/latest */
export class AdyenApi {
  /** First answers by idempotency key; another wish under the same key is refused. */
  private readonly known = new Map<string, { print: string; answer: Answer }>()
  /** When set, every call is answered with this status and nothing is done. */
  failsWith: number | undefined

  constructor(
    private readonly books: AdyenBooks,
    private readonly apiKey: string,
    private readonly merchantAccount: string
  ) {}

  answer(call: Call): Answer {
    if (this.failsWith !== undefined)
      return fault(this.failsWith, "905", "internal", "Payment details are not supported")
    if (call.headers["x-api-key"] !== this.apiKey) {
      return fault(401, "000", "security", "HTTP Status Response - Unauthorized")
    }
    const key = call.method === "POST" ? call.headers["idempotency-key"] : undefined
    if (key !== undefined && key.length > 64)
      return fault(422, "703", "validation", "Idempotency key is too long")
    const print = `${call.path} ${call.body.toString("utf8")}`
    const kept = key === undefined ? undefined : this.known.get(key)
    if (kept) {
      return kept.print === print
        ? kept.answer
        : fault(422, "705", "validation", "Request under this idempotency key differs")
    }
    const answer = this.run(call)
    if (key !== undefined && answer.status < 500) this.known.set(key, { print, answer })
    return answer
  }

  private run(call: Call): Answer {
    const path = call.path.replace(/^\/v72/, "")
    const link = /^\/paymentLinks\/(PL[A-Z0-9]{16})$/.exec(path)?.[1]
    const [, psp, kind] = /^\/payments\/([A-Z0-9]{16})\/(captures|refunds|cancels)$/.exec(path) ?? []
    if (call.path === path) return fault(404, "000", "internal", "No such version")
    if (link && call.method === "GET") return this.showLink(link)
    const body = readBody(call)
    if (!body) return fault(400, "702", "validation", "Structure of the request is not valid")
    if (link && call.method === "PATCH") return this.updateLink(link, body)
    if (body.merchantAccount !== this.merchantAccount) {
      return fault(403, "901", "security", "Invalid Merchant Account")
    }
    if (call.method !== "POST") return fault(405, "000", "internal", "Method not allowed")
    if (path === "/paymentLinks") return this.createLink(body)
    if (path === "/cancels") return this.cancelByReference(body)
    const payment = psp ? this.books.payments.get(psp) : undefined
    if (!kind) return fault(404, "000", "internal", "Not found")
    if (!payment) return fault(422, "167", "validation", "Original pspReference required for this operation")
    return this.modify(payment, kind as "captures" | "refunds" | "cancels", body)
  }

  private createLink(body: Body): Answer {
    const amount = amountIn(body)
    if (!amount || typeof body.reference !== "string") {
      return fault(422, "100", "validation", "No amount specified")
    }
    const link = this.books.createLink({
      ...body,
      amount,
      reference: body.reference,
      merchantAccount: this.merchantAccount,
    })
    return json(201, link)
  }

  private showLink(id: string): Answer {
    const link = this.books.links.get(id)
    return link ? json(200, link) : fault(404, "000", "validation", "Payment link not found")
  }

  private updateLink(id: string, body: Body): Answer {
    const link = this.books.links.get(id)
    if (!link) return fault(404, "000", "validation", "Payment link not found")
    if (body.status !== "expired" || link.status !== "active") {
      return fault(422, "14_030", "validation", "Invalid status transition of the payment link")
    }
    return json(200, this.books.expireLink(link) satisfies Link)
  }

  private cancelByReference(body: Body): Answer {
    const reference = String(body.paymentReference)
    const payment = [...this.books.payments.values()].find(
      (one) => one.link.reference === reference && one.state === "authorised"
    )
    if (!payment) return fault(422, "167", "validation", "Original payment not found")
    const pspReference = this.books.cancel(payment, textIn(body, "reference"), "TECHNICAL_CANCEL")
    return json(201, {
      merchantAccount: this.merchantAccount,
      paymentReference: reference,
      pspReference,
      status: "received",
    })
  }

  private modify(payment: Payment, kind: "captures" | "refunds" | "cancels", body: Body): Answer {
    const amount = amountIn(body)
    if (kind !== "cancels" && !amount) return fault(422, "100", "validation", "No amount specified")
    const reference = textIn(body, "reference")
    const pspReference =
      kind === "captures"
        ? this.books.capture(payment, amount, reference)
        : kind === "refunds"
          ? this.books.refund(payment, amount, reference)
          : this.books.cancel(payment, reference)
    return json(201, {
      merchantAccount: this.merchantAccount,
      paymentPspReference: payment.psp,
      pspReference,
      reference,
      status: "received",
      ...(amount ? { amount } : {}),
    })
  }
}

function readBody(call: Call): Body | undefined {
  try {
    return JSON.parse(call.body.toString("utf8")) as Body
  } catch {
    return undefined
  }
}

function amountIn(body: Body): Amount | undefined {
  const { value, currency } = (body.amount ?? {}) as Partial<Amount>
  const isAmount = Number.isSafeInteger(value) && typeof currency === "string" && /^[A-Z]{3}$/.test(currency)
  return isAmount ? { value: value as number, currency } : undefined
}

function textIn(body: Body, name: string): string | undefined {
  const value = body[name]
  return typeof value === "string" ? value : undefined
}

function json(status: number, body: object): Answer {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) }
}

/** https://docs.adyen.com/development-resources/error-codes */
function fault(status: number, errorCode: string, errorType: string, message: string): Answer {
  return json(status, { status, errorCode, message, errorType })
}

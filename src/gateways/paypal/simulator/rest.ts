import { randomBytes, randomUUID, verify, X509Certificate } from "node:crypto"
import { crc32 } from "node:zlib"
import { fromDecimal, type Money } from "../../../domain/money"
import type { Answer, Call } from "../../simulation/http-server"
import { buttons, facts, page, seeOther } from "../../simulation/page"
import { startSimulator, type Simulator, type SimulatorOptions } from "../../simulation/start-simulator"
import { createApi, type Credentials } from "./api"
import { answerPostback } from "./classic"
import { PaypalBooks, type BookedOrder } from "./books"
import { certificatePath, signHeaders, testSigner, type TestSigner } from "./signing"
import { classicLetter } from "./tell-classic"

export const testCredentials: Credentials & { webhookId: string } = {
  clientId: "test-only-paypal-client-id",
  clientSecret: "test-only-paypal-client-secret",
  webhookId: "7TESTONLY00000001",
}

/** The app's webhook is sent again up to 25 times over three days; the steps are not documented. */
export const paypalRedeliverAfterMs = Array.from({ length: 24 }, () => 3 * 3_600_000)

export type PaypalOptions = SimulatorOptions &
  Readonly<{
    notifyUrl: string
    signer?: TestSigner
    /** Answers 404 for its certificate, so that the store has to ask PayPal about each message. */
    hidesCertificate?: boolean
    /** Tells the classic way as well, as PayPal does for an account that has switched both on. */
    tellsClassicToo?: boolean
  }>

/** What buyer, owner or PayPal do. A payment is named by our reference; each resolves when its messages were delivered. */
export type PaypalControls = Readonly<{
  orderOf(reference: string): BookedOrder
  approve(reference: string): Promise<void>
  decline(reference: string): Promise<void>
  /** Pays by a slow bank transfer; `settle` ends it. */
  payLater(reference: string): Promise<void>
  settle(reference: string, as: "COMPLETED" | "DECLINED"): Promise<void>
  lapse(reference: string): Promise<void>
  /** In PayPal's dashboard. */
  capture(reference: string, amount: string): Promise<void>
  void(reference: string): Promise<void>
  refund(reference: string, amount: string): Promise<void>
  dispute(reference: string): Promise<void>
  decide(reference: string, outcome: string): Promise<void>
  /** Any message. */
  tell(type: string, kind: string, resource: object): Promise<void>
}>

export type PaypalSimulator = Simulator & PaypalControls

/**
 * Plays PayPal's sandbox for an app: Orders v2, Payments v2, the page where the buyer approves, and messages signed with
 * a certificate that the store has to fetch. As at PayPal, an approved order moves no money until the store completes it.
 */
export async function startPaypalSimulator(options: PaypalOptions): Promise<PaypalSimulator> {
  const signer = options.signer ?? testSigner()
  const events: object[] = []
  let books: PaypalBooks | undefined
  let send: (type: string, kind: string, resource: object) => void = () => undefined
  const simulator = await startSimulator(options, (postman, url) => {
    send = (type, kind, resource) => {
      const event = eventOf(type, kind, resource)
      events.push(event)
      const body = Buffer.from(JSON.stringify(event))
      const headers = (at: Date) => ({
        "content-type": "application/json",
        "user-agent": "PayPal/AUHD-214.0-58391792",
        ...signHeaders(signer, body, {
          id: randomUUID(),
          at,
          webhookId: testCredentials.webhookId,
          host: url(),
        }),
      })
      void postman.send({ id: event.id, to: options.notifyUrl, body, headers })
      const classic = options.tellsClassicToo && classicLetter(type, resource, options.notifyUrl)
      if (classic) void postman.send(classic)
    }
    const made = new PaypalBooks((...told) => send(...told), url)
    books = made
    const isOurs = (question: Record<string, unknown>, event: string) => isSignedBy(signer, question, event)
    const api = createApi(made, testCredentials, { isOurs, list: () => events }, url)
    return {
      page: (call) => answerPage(made, signer, options, call),
      api: (call) => (call.path === "/cgi-bin/webscr" ? answerPostback(postman, call) : api(call)),
    }
  })
  return { ...simulator, ...controlsOf(books as PaypalBooks, simulator, send) }
}

function controlsOf(
  books: PaypalBooks,
  simulator: Simulator,
  send: (type: string, kind: string, resource: object) => void
): PaypalControls {
  const told =
    <A extends unknown[]>(act: (...given: A) => unknown) =>
    async (...given: A): Promise<void> => {
      act(...given)
      await simulator.settled()
    }
  const firstCapture = (order: BookedOrder) => {
    const [capture] = order.captures
    if (!capture) throw new Error(`the order is ${order.status}: nothing was captured`)
    return capture
  }
  const moneyOf = ({ amount }: BookedOrder, written: string): Money => fromDecimal(written, amount.currency)
  const of = (reference: string) => books.orderOf(reference)
  return {
    orderOf: of,
    approve: told((reference: string) => books.approve(of(reference))),
    decline: told((reference: string) => books.approve(of(reference), "declined")),
    payLater: told((reference: string) => books.approve(of(reference), "echeck")),
    settle: told((reference: string, as: "COMPLETED" | "DECLINED") => books.settle(of(reference), as)),
    lapse: told((reference: string) => books.lapse(of(reference))),
    capture: told((reference: string, amount: string) =>
      books.captureAuthorized(of(reference).authorization?.id ?? "", moneyOf(of(reference), amount))
    ),
    void: told((reference: string) => books.void(of(reference).authorization?.id ?? "")),
    refund: told((reference: string, amount: string) =>
      books.refund(firstCapture(of(reference)).id, moneyOf(of(reference), amount))
    ),
    dispute: told((reference: string) => books.dispute(firstCapture(of(reference)), of(reference))),
    decide: told((reference: string, outcome: string) =>
      books.decide(firstCapture(of(reference)), of(reference), outcome)
    ),
    tell: told(send),
  }
}

function eventOf(type: string, kind: string, resource: object) {
  const id = `WH-${randomBytes(9).toString("hex").slice(0, 17)}-${randomBytes(9).toString("hex").slice(0, 17)}`
  return {
    id: id.toUpperCase(),
    event_version: "1.0",
    create_time: new Date().toISOString(),
    resource_type: kind,
    resource_version: "2.0",
    event_type: type,
    summary: type,
    resource,
  }
}

/** PayPal's own answer about a message. */
function isSignedBy({ pem }: TestSigner, question: Record<string, unknown>, event: string): boolean {
  const text = [
    question.transmission_id,
    question.transmission_time,
    question.webhook_id,
    crc32(Buffer.from(event)),
  ].join("|")
  const key = new X509Certificate(pem).publicKey
  const isOurs = question.webhook_id === testCredentials.webhookId
  return (
    isOurs &&
    verify("sha256", Buffer.from(text), key, Buffer.from(String(question.transmission_sig), "base64"))
  )
}

function answerPage(
  books: PaypalBooks,
  signer: TestSigner,
  { hidesCertificate = false }: PaypalOptions,
  call: Call
): Answer | undefined {
  if (call.path === certificatePath) {
    if (hidesCertificate) return { status: 404, body: "" }
    return { status: 200, headers: { "content-type": "application/x-pem-file" }, body: signer.pem }
  }
  if (call.path !== "/checkoutnow") return undefined
  const order = books.orders.get(call.query.get("token") ?? "")
  if (!order) return { status: 404, body: "There is no such payment." }
  if (call.method === "POST")
    return act(books, order, new URLSearchParams(call.body.toString("utf8")).get("action"))
  const amount = `${order.amount.amount} ${order.amount.currency.toUpperCase()}`
  const about = facts([
    ["Amount", amount],
    ["For", order.reference],
  ])
  const open = [
    { action: "pay", label: `Pay ${amount}`, main: true },
    { action: "later", label: "Pay by eCheck" },
    { action: "decline", label: "Pay with a card that is declined" },
    { action: "cancel", label: "Cancel" },
  ]
  const list =
    order.status === "COMPLETED" ? [{ action: "back", label: "Back to the shop", main: true }] : open
  const here = `/checkoutnow?token=${order.id}`
  return page("PayPal simulator", `<p>No real money moves on this page.</p>${about}${buttons(here, list)}`)
}

function act(books: PaypalBooks, order: BookedOrder, action: string | null): Answer {
  if (action === "cancel") return seeOther(order.cancelUrl)
  const funding = { pay: "instant", later: "echeck", decline: "declined" } as const
  const chosen = funding[action as keyof typeof funding]
  if (chosen && order.status !== "COMPLETED") books.approve(order, chosen)
  const back = new URL(order.returnUrl)
  back.searchParams.set("token", order.id)
  return seeOther(back.toString())
}

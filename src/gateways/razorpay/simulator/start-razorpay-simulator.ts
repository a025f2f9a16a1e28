import { createHmac } from "node:crypto"
import type { Answer, Call } from "../../simulation/http-server"
import { buttons, facts, page, seeOther } from "../../simulation/page"
import type { Postman } from "../../simulation/postman"
import { startSimulator, type Simulator, type SimulatorOptions } from "../../simulation/start-simulator"
import { razorpayApi } from "./api"
import { RazorpayBooks, type PlayedLink, type PlayedPayment } from "./books"

export type RazorpaySimulatorOptions = SimulatorOptions &
  Readonly<{
    keyId?: string
    keySecret?: string
    webhookSecret?: string
    /** Where messages are sent; none are until it is known, see `notify`. */
    notifyUrl?: string
    accountId?: string
    refundStatus?: "processed" | "pending"
    now?(): Date
  }>

/** Waits that double until 24 hours are over, as Razorpay's exponential back-off; it names no times. */
export const razorpayRedeliverAfterMs: readonly number[] = Array.from(
  { length: 10 },
  (_, at) => 60_000 * 2 ** at
)

/** What buyer, bank and merchant do at Razorpay; each tells its messages and waits until they were answered. */
export type RazorpayControls = Readonly<{
  /** The newest link for a reference. */
  linkOf(reference: string): PlayedLink
  /** The newest payment for a reference that came to money, else the newest try. */
  paymentOf(reference: string): PlayedPayment
  /** Links are named by their id. */
  pay(linkId: string): Promise<PlayedPayment>
  decline(linkId: string): Promise<PlayedPayment>
  /** The bank says yes after no was told: captured by hand, or given back after days. */
  authorizeLate(linkId: string): Promise<PlayedPayment>
  expire(linkId: string): Promise<void>
  cancel(linkId: string): Promise<void>
  /** In the dashboard; amounts are Razorpay's whole numbers. */
  capture(paymentId: string): Promise<void>
  refund(paymentId: string, amount: number, status?: "processed" | "pending"): Promise<string>
  settleRefund(refundId: string, status: "processed" | "failed"): Promise<void>
  /** Money that was authorised and never captured goes back. */
  lapse(paymentId: string): Promise<void>
  dispute(paymentId: string): Promise<string>
  moveDispute(disputeId: string, status: "under_review" | "won" | "lost" | "closed"): Promise<void>
  settle(amount: number): Promise<void>
  /** Signs new messages with this secret; those that are sent again keep their signature, as at Razorpay. */
  signWith(secret: string): void
  notify(url: string): void
}>

export type RazorpaySimulator = Simulator & RazorpayControls

/**
 * Plays Razorpay in test mode on loopback: its v1 API, the payment link's page at `/rzp/<link>`, and signed messages to
 * one address. Messages about one payment go out at the same time and so arrive in any order, as Razorpay's do.
 */
export async function startRazorpaySimulator(
  options: RazorpaySimulatorOptions = {}
): Promise<RazorpaySimulator> {
  const { keyId = "rzp_test_onlyForTests00", keySecret = "onlyForTestsKeySecret000" } = options
  const { accountId = "acc_onlyForTests00", refundStatus = "processed", now = () => new Date() } = options
  let controls: RazorpayControls | undefined
  const simulator = await startSimulator(options, (postman, url) => {
    let secret = options.webhookSecret ?? "onlyForTestsCurrentWebhookSecret"
    let notifyUrl = options.notifyUrl
    let count = 0
    const books = new RazorpayBooks((event, payload, at = Math.floor(now().getTime() / 1000)) => {
      if (notifyUrl === undefined) return
      const body = Buffer.from(
        JSON.stringify({
          entity: "event",
          account_id: accountId,
          event,
          contains: Object.keys(payload),
          payload: Object.fromEntries(Object.entries(payload).map(([name, entity]) => [name, { entity }])),
          created_at: at,
        })
      )
      void postman.send(letterOf(body, `onlyForTests${++count}`, notifyUrl, secret))
    }, now)
    controls = {
      ...controlsOf(books, postman),
      signWith(next) {
        secret = next
      },
      notify(to) {
        notifyUrl = to
      },
    }
    return {
      page: (call) => answerPage(books, call),
      api: razorpayApi(books, { keyId, keySecret, url, refundStatus }),
    }
  })
  return { ...simulator, ...(controls as RazorpayControls) }
}

function letterOf(body: Buffer, id: string, to: string, secret: string) {
  const signature = createHmac("sha256", secret).update(body).digest("hex")
  const headers = {
    "content-type": "application/json",
    "user-agent": "Razorpay-Webhook/v1",
    "x-razorpay-event-id": id,
    "x-razorpay-signature": signature,
  }
  return { id, to, body, headers: () => headers }
}

function controlsOf(books: RazorpayBooks, postman: Postman): Omit<RazorpayControls, "signWith" | "notify"> {
  const told =
    <A extends unknown[], R>(act: (...given: A) => R) =>
    async (...given: A): Promise<R> => {
      const result = act(...given)
      await postman.settled()
      return result
    }
  const linkOf = (reference: string) => {
    const link = books.of(reference).at(-1)
    if (!link) throw new Error(`Razorpay has no payment link for ${reference}`)
    return link
  }
  return {
    linkOf,
    paymentOf(reference) {
      const tries = books.paymentsOf(linkOf(reference))
      const payment = tries.findLast(({ status }) => status !== "failed") ?? tries.at(-1)
      if (!payment) throw new Error(`nobody tried to pay ${reference}`)
      return payment
    },
    pay: told((id: string) => books.pay(id)),
    decline: told((id: string) => books.decline(id)),
    authorizeLate: told((id: string) => books.authorizeLate(id)),
    expire: told((id: string) => void books.expire(id)),
    cancel: told((id: string) => void books.cancel(id)),
    capture: told((id: string) => void books.capture(id, books.paymentOf(id).amount)),
    refund: told((id: string, amount: number, status?: "processed" | "pending") => {
      return books.refund(id, amount, [], status).id
    }),
    settleRefund: told((id: string, status: "processed" | "failed") => books.settleRefund(id, status)),
    lapse: told((id: string) => books.lapse(id)),
    dispute: told((id: string) => books.dispute(id).id),
    moveDispute: told((id: string, status: string) => books.moveDispute(id, status)),
    settle: told((amount: number) => void books.settle(amount)),
  }
}

function answerPage(books: RazorpayBooks, call: Call): Answer | undefined {
  const id = /^\/rzp\/(\w+)$/.exec(call.path)?.[1]
  if (id === undefined) return undefined
  const link = books.links.find((one) => one.id === id)
  if (!link || link.status !== "created") {
    return {
      ...page("This payment link is closed", "<p>It was paid, cancelled or has expired.</p>"),
      status: 410,
    }
  }
  const action = new URLSearchParams(call.method === "POST" ? call.body.toString("utf8") : "").get("action")
  if (action === "pay") {
    books.pay(id)
    return seeOther(link.callback_url ?? `/rzp/${id}`)
  }
  if (action === "decline") books.decline(id)
  if (action === "late") books.authorizeLate(id)
  const about = facts([
    ["Amount (smallest unit)", `${link.amount} ${link.currency}`],
    ["For", String(link.description)],
  ])
  const choices = buttons(call.path, [
    { action: "pay", label: "Pay", main: true },
    { action: "decline", label: "Decline" },
    { action: "late", label: "Decline, and authorise later" },
  ])
  return page("Razorpay simulator", `<p>No real money moves on this page.</p>${about}${choices}`, {
    ...(action === null ? {} : { say: "Payment failed. You can try again." }),
  })
}

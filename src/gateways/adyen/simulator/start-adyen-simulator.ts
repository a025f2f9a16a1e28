import HmacValidator from "@adyen/api-library/lib/src/utils/hmacValidator"
import type { NotificationRequestItem } from "@adyen/api-library/lib/src/typings/notification/notificationRequestItem"
import type { Answer, Call } from "../../simulation/http-server"
import { buttons, facts, page, seeOther } from "../../simulation/page"
import { startSimulator, type Simulator, type SimulatorOptions } from "../../simulation/start-simulator"
import { AdyenApi } from "./api"
import { AdyenBooks, type BooksItem, type Link } from "./books"

export type AdyenSimulatorOptions = SimulatorOptions &
  Readonly<{
    apiKey: string
    hmacKey: string
    merchantAccount: string
    notifyUrl: string
    /** `name:password` of basic authentication, when the webhook has one. */
    basicAuth?: string
    now?(): Date
  }>

export type AdyenSimulator = Simulator &
  Readonly<{
    books: AdyenBooks
    /** Signs with this key from now on. */
    signWith(hmacKey: string): void
    /** Runs what somebody does at Adyen and waits until its messages were answered. */
    told<R>(act: () => R): Promise<R>
    /** Sends any items in one message, signed, as `live` says. */
    send(items: readonly BooksItem[], live?: boolean): Promise<void>
    /** Every call of the API is answered with this status from now on; undefined ends it. */
    failWith(status: number | undefined): void
  }>

/**
 * The waits before Adyen sends a message again, of the tries that belong to one delivery; after them it is queued, and
 * sent after 2, 5, 10, 15 and 30 minutes, then after 1, 2, 4, 8... hours for up to 30 days. For `redeliverAfterMs`.
 * https://docs.adyen.com/development-resources/webhooks/troubleshoot
 */
export const adyenRedeliveryMs = [
  9_000, 18_000, 27_000, 120_000, 300_000, 600_000, 900_000, 1_800_000,
] as const

const validator = new HmacValidator()

/** Plays Adyen's test platform on loopback: the Checkout API, the payment page at `/pay/<link>`, signed standard webhooks. */
export async function startAdyenSimulator(options: AdyenSimulatorOptions): Promise<AdyenSimulator> {
  const { notifyUrl, now = () => new Date() } = options
  let { hmacKey } = options
  let controls: Pick<AdyenSimulator, "books" | "send" | "failWith"> | undefined
  const simulator = await startSimulator(options, (postman, url) => {
    let letters = 0
    const send = async (items: readonly BooksItem[], live = false) => {
      const body = JSON.stringify({
        live: String(live),
        notificationItems: items.map((item) => ({ NotificationRequestItem: sign(item, hmacKey) })),
      })
      await postman.send({
        id: `adyen_${++letters}`,
        to: notifyUrl,
        body: Buffer.from(body),
        headers: () => ({
          "content-type": "application/json; charset=utf-8",
          "user-agent": "Adyen HttpClient 1.0",
          ...(options.basicAuth
            ? { authorization: `Basic ${Buffer.from(options.basicAuth).toString("base64")}` }
            : {}),
        }),
      })
    }
    const books = new AdyenBooks((item) => void send([item]), now, url)
    const api = new AdyenApi(books, options.apiKey, options.merchantAccount)
    controls = {
      books,
      send,
      failWith(status) {
        api.failsWith = status
      },
    }
    return { page: (call) => answerPage(books, call), api: (call) => api.answer(call) }
  })
  return {
    ...simulator,
    ...(controls as Pick<AdyenSimulator, "books" | "send" | "failWith">),
    signWith(key) {
      hmacKey = key
    },
    async told(act) {
      const result = act()
      await simulator.settled()
      return result
    },
  }
}

/** The item with the signature that Adyen's own SDK makes. */
function sign(item: BooksItem, hmacKey: string): BooksItem {
  const hmacSignature = validator.calculateHmac(item as unknown as NotificationRequestItem, hmacKey)
  return { ...item, additionalData: { ...item.additionalData, hmacSignature } }
}

function answerPage(books: AdyenBooks, call: Call): Answer | undefined {
  const id = /^\/pay\/(\w+)$/.exec(call.path)?.[1]
  if (id === undefined) return undefined
  const link = books.links.get(id)
  if (link?.status !== "active") {
    return {
      ...page("This payment link is closed", "<p>It was paid, or its time was over.</p>"),
      status: 404,
    }
  }
  if (call.method === "POST") {
    return act(books, link, new URLSearchParams(call.body.toString("utf8")).get("action"))
  }
  return paymentPage(
    link,
    call.query.has("declined") ? "Your card was declined. You can try again." : undefined
  )
}

function paymentPage(link: Link, say?: string): Answer {
  const asked: [string, string][] = [
    ["Amount (smallest unit)", `${link.amount.value} ${link.amount.currency}`],
    ["For", link.description ?? "Order"],
    ["Reference", link.reference],
  ]
  const choices = buttons(`/pay/${link.id}`, [
    { action: "pay", label: "Pay by card", main: true },
    { action: "later", label: "Pay by bank transfer" },
    { action: "decline", label: "Decline" },
  ])
  return page("Adyen simulator", `<p>No real money moves.</p>${facts(asked)}${choices}`, say ? { say } : {})
}

function act(books: AdyenBooks, link: Link, action: string | null): Answer {
  if (action === "pay") books.pay(link)
  else if (action === "later") books.payLater(link)
  else {
    books.decline(link)
    return seeOther(`/pay/${link.id}?declined`)
  }
  return link.returnUrl ? seeOther(link.returnUrl) : page("Thank you", "<p>You can close this page.</p>")
}

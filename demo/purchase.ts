import type { Checkout } from "../integration-tests/support/store/buyer"
import type { Order, Store } from "../integration-tests/support/store/store"
import { waitUntil } from "../integration-tests/support/store/wait-until"
import type { SentMessage } from "./gateways"

/** One purchase from the cart to the paid order, with what happened when. */
export type Purchase = Readonly<{
  checkout: Checkout
  order: Order
  /** From the moment the gateway began to send the message that the money is there, to the order in the database. */
  messageToOrderMs: number
  /** How long the store took to acknowledge that message. */
  acknowledgedMs: number
  timeline: readonly Readonly<{ at: Date; what: string }>[]
}>

/** Buys a T-shirt as a buyer with a browser does: fills a cart, goes to the gateway's page, pays there. */
export async function makePurchase(store: Store, deskUrl: string): Promise<Purchase> {
  const timeline: { at: Date; what: string }[] = []
  const note = (what: string, at = new Date()) => timeline.push({ at, what })

  note("The buyer opens the shop")
  const checkout = await store.buyer.startCheckout({ account: "sandbox" })
  note(`The buyer leaves for the gateway's page to pay ${checkout.amount} ${checkout.currency.toUpperCase()}`)
  if (checkout.next?.kind !== "redirect")
    throw new Error("The store did not send the buyer to a payment page")
  await payOnPage(checkout.next.url)
  note("The buyer has paid and closes the browser")

  const sent = await waitUntil("the gateway's message is acknowledged", async () => {
    const deliveries = (await (await fetch(deskUrl)).json()) as SentMessage[]
    return deliveries.find(
      ({ reference, type, accepted }) =>
        reference === checkout.sessionId && type === "payment.captured" && accepted
    )
  })
  note("The gateway sends its message: paid", new Date(sent.sent_at))
  note("The store has stored the message and acknowledges it", after(sent.sent_at, sent.took_ms))
  const order = await store.waitForPaidOrder(checkout.cartId)
  const seen = new Date()
  const placedAt = await orderPlacedAt(store, order)
  note(`Order #${order.display_id} is placed, without the buyer`, placedAt)
  note(`The order is paid: ${order.captured} ${order.currency.toUpperCase()} captured`, seen)
  await moneyGoesBack(store, checkout, note)
  return {
    checkout,
    order,
    messageToOrderMs: Math.max(0, Math.round(placedAt.getTime() - Date.parse(sent.sent_at))),
    acknowledgedMs: Math.round(sent.took_ms * 10) / 10,
    timeline: timeline.sort((a, b) => a.at.getTime() - b.at.getTime()),
  }
}

/** What happens in the gateway's own dashboard and at the buyer's bank, long after the purchase. */
async function moneyGoesBack(
  store: Store,
  checkout: Checkout,
  note: (what: string, at?: Date) => void
): Promise<void> {
  await actInDashboard(checkout, { action: "refund", amount: "5.00" })
  note("The owner refunds 5.00 EUR in the gateway's dashboard, not in the shop")
  const refunded = await store.waitForOrderThat(
    checkout.cartId,
    "is refunded in part",
    ({ payment_status }) => payment_status === "partially_refunded"
  )
  note(`The refund is booked on the order: ${refunded.payment_status.replaceAll("_", " ")}`)
  await actInDashboard(checkout, { action: "dispute" })
  note("The buyer's bank disputes the payment")
  const kind = await waitUntil("the dispute is an issue for the owner", async () => {
    const { rows } = await store.sql.query<{ kind: string }>(
      `select kind from ipn_issue where order_id = $1 and kind = 'dispute_opened' and status = 'open'`,
      [refunded.id]
    )
    return rows[0]?.kind
  })
  note(`The owner is told: ${kind.replaceAll("_", " ")}; the money stands in the ledger as disputed`)
}

/** Presses a button of the sandbox's dashboard. */
async function actInDashboard({ next }: Checkout, form: Record<string, string>): Promise<void> {
  if (next?.kind !== "redirect") throw new Error("The store did not send the buyer to a payment page")
  const id = new URL(next.url).pathname.split("/").at(-1) ?? ""
  const done = await fetch(new URL(`/dashboard/${id}`, next.url), {
    method: "POST",
    body: new URLSearchParams(form),
    redirect: "manual",
  })
  if (done.status >= 400) throw new Error(`The dashboard answered ${done.status}: ${await done.text()}`)
}

/** Opens a hosted payment page and presses its main button. Returns the answer: where the browser is sent back to. */
export async function payOnPage(url: string): Promise<Response> {
  const page = await fetch(url)
  const html = await page.text()
  const form = /<form\b[^>]*\baction="([^"]+)"/.exec(html)?.[1]
  const button =
    /<button\b[^>]*\bvalue="([^"]+)"[^>]*\bclass="main"/.exec(html)?.[1] ??
    /<button\b[^>]*\bvalue="([^"]+)"/.exec(html)?.[1]
  if (!page.ok || !form || !button) throw new Error(`${url} answered ${page.status} and shows nothing to pay`)
  const paid = await fetch(new URL(form.replaceAll("&amp;", "&"), url), {
    method: "POST",
    body: new URLSearchParams({ action: button }),
    redirect: "manual",
  })
  if (paid.status >= 400) throw new Error(`Paying answered ${paid.status}: ${await paid.text()}`)
  return paid
}

async function orderPlacedAt({ sql }: Store, { id }: Order): Promise<Date> {
  const { rows } = await sql.query<{ created_at: Date }>(`select created_at from "order" where id = $1`, [id])
  return rows[0]?.created_at ?? new Date()
}

function after(time: string, ms: number): Date {
  return new Date(Date.parse(time) + ms)
}

/** The timeline for people: seconds since it began, and what happened. */
export function writeTimeline({ timeline }: Purchase): string {
  const start = timeline[0]?.at.getTime() ?? 0
  return timeline
    .map(({ at, what }) => `  ${((at.getTime() - start) / 1000).toFixed(3).padStart(8)} s  ${what}`)
    .join("\n")
}

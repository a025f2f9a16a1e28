import { callStore } from "../integration-tests/support/buyer-status"
import type { CheckoutOptions, Next } from "../integration-tests/support/store/buyer"
import type { Store } from "../integration-tests/support/store/store"
import { findGateway } from "../src/gateways/find-gateway"
import { findSimulation } from "../src/gateways/simulation/find-simulation"
import { startHttpServer, type Answer, type Call } from "../src/gateways/simulation/http-server"
import { buttons, escapeHtml, facts, page, seeOther } from "../src/gateways/simulation/page"

/** How an account is paid with: through its provider, in a currency that its gateway takes. */
export async function checkoutWith(
  { accounts }: Pick<Store, "accounts">,
  id: string
): Promise<CheckoutOptions> {
  const account = accounts[id]
  if (!account) throw new Error(`There is no account "${id}"`)
  const { currency = "eur" } = await findSimulation(account.gateway)
  return { providerId: account.provider_id, currency, product: "coffee-mug" }
}

/**
 * The last two pages of a small storefront: the one offers to pay for a coffee mug with each gateway, fills a cart through
 * the store API and sends the browser on to the gateway's payment page; to the other the gateway sends it back.
 */
export function startCheckoutPage(store: Store, port: number): ReturnType<typeof startHttpServer> {
  return startHttpServer(async (call) => {
    if (call.path === "/checkout/return") return showPayment(store, call)
    if (call.path !== "/") return { ...page("There is no such page here", toCheckout), status: 404 }
    return call.method === "POST" ? pay(store, call) : show(store)
  }, port)
}

function show({ accounts }: Store, say?: string): Answer {
  const list = Object.entries(accounts).map(([id, { gateway }]) => {
    return { action: id, label: findGateway(gateway).title }
  })
  const content = `<p>One coffee mug. No real money moves.</p>${buttons("/", list)}`
  return page("Pay with", content, say === undefined ? {} : { say })
}

async function pay(store: Store, { body }: Call): Promise<Answer> {
  const id = new URLSearchParams(body.toString("utf8")).get("action") ?? ""
  try {
    const { next } = await store.buyer.startCheckout(await checkoutWith(store, id))
    return sendTo(next)
  } catch (error) {
    return show(store, (error as Error).message)
  }
}

function sendTo(next: Next | undefined): Answer {
  switch (next?.kind) {
    case "redirect":
      return seeOther(next.url)
    case "form": {
      const inputs = Object.entries(next.fields).map(
        ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`
      )
      return page(
        "Pay",
        buttons(next.url, [{ action: "go", label: "Go on to pay", main: true }], inputs.join(""))
      )
    }
    case "instructions":
      return page("How to pay", next.lines.map((line) => `<p>${escapeHtml(line)}</p>`).join(""))
    case undefined:
      throw new Error("The store sent the buyer nowhere")
  }
}

const toCheckout = `<p><a href="/">To the checkout</a></p>`

/** What the store says of the payment that the browser comes back from. */
async function showPayment(store: Store, { path, query }: Call): Promise<Answer> {
  const token = query.get("ipn_token") ?? ""
  const { status, body } = await callStore(store, "GET", "/store/ipn/status", { token })
  if (status !== 200) return { ...page("This payment is not known here", toCheckout), status }
  const { state, order, amount, currency_code, method, reason, terminal } = body
  const again = `<p><a href="${escapeHtml(`${path}?${query.toString()}`)}">Look again</a></p>`
  return page(
    `Your payment: ${state.replaceAll("_", " ")}`,
    facts([
      ["Amount", `${amount} ${currency_code.toUpperCase()}`],
      ["Paid with", method],
      ["Order", order ? `#${order.display_id}` : "none yet"],
    ]) + (terminal ? toCheckout : again),
    reason ? { say: reason.message } : {}
  )
}

import type { CheckoutOptions, Next } from "../integration-tests/support/store/buyer"
import type { Store } from "../integration-tests/support/store/store"
import { findGateway } from "../src/gateways/find-gateway"
import { findSimulation } from "../src/gateways/simulation/find-simulation"
import { startHttpServer, type Answer, type Call } from "../src/gateways/simulation/http-server"
import { buttons, escapeHtml, page, seeOther } from "../src/gateways/simulation/page"

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
 * The last page of a small storefront: offers to pay for a coffee mug with each gateway, fills a cart through the store
 * API and sends the browser on to the gateway's payment page.
 */
export function startCheckoutPage(store: Store): Promise<{ url: string; stop(): Promise<void> }> {
  return startHttpServer(async (call) => {
    if (call.path !== "/") return { status: 404, body: "There is no such page." }
    return call.method === "POST" ? pay(store, call) : show(store)
  })
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

import type { Logger } from "@medusajs/framework/types"
import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { isReturnUrl } from "../../../../../config/return-url"
import type IpnModuleService from "../../../../../modules/ipn/service"
import type { StoredPurchase } from "../../../../../modules/ipn/waiting/read-purchase"
import { askGatewayWorkflow } from "../../../../../workflows/reconcile/ask-gateway"
import { hush, isOverWrong, readModule, waitOutRefusal } from "../../../../store/ipn/buyer-call"

/**
 * Where a gateway sends the buyer's browser back to: on to the storefront, with a token by which its page asks what
 * became of the payment. Nothing in the call but our own token is believed: what a gateway appends, and what a browser
 * posts, is not read. No order is placed here; the gateway is asked, in the background.
 */
async function sendBuyerOn(request: MedusaRequest, response: MedusaResponse): Promise<void> {
  const cameAt = performance.now()
  hush(response)
  request.resume()
  const ipn = readModule(request, response)
  if (!ipn || isOverWrong(request, response)) return
  const token = ipn.buyers.read(request.params.token ?? "", ["return"])
  const purchase = token && (await ipn.buyers.purchase(token.reference))
  if (!token || !purchase || purchase.named.accountId !== request.params.account) {
    await waitOutRefusal(request, cameAt)
    response.status(404).type("html").send(tooOld(ipn.configuration.storefrontUrl))
    return
  }
  askInBackground(request, purchase)
  const gaveUp = request.query.canceled === "1"
  const target = new URL(returnUrlOf(ipn, purchase))
  target.searchParams.set("ipn_token", ipn.buyers.issue(gaveUp ? "status" : "returned", token.reference)!)
  if (gaveUp) target.searchParams.set("ipn_canceled", "1")
  response.redirect(303, target.href)
}

export const GET = sendBuyerOn
export const POST = sendBuyerOn

/** What the storefront said when it started the payment, if that is still allowed; else the storefront's return page. */
function returnUrlOf(ipn: IpnModuleService, { named }: StoredPurchase): string {
  const { storefrontUrl, storefrontOrigins } = ipn.configuration
  const { returnUrl } = named
  return returnUrl !== undefined && isReturnUrl(returnUrl, storefrontOrigins)
    ? returnUrl
    : `${storefrontUrl}/checkout/return`
}

/** The message may be late or lost. At most once in ten seconds for each payment, whoever asks. */
function askInBackground({ scope }: MedusaRequest, { named }: StoredPurchase): void {
  const { accountId, reference, facts } = named
  if (facts && (facts.captured.length > 0 || facts.authorized.length > 0)) return
  askGatewayWorkflow(scope)
    .run({ input: { account_id: accountId, reference } })
    .catch((error: Error) =>
      scope
        .resolve<Logger>(ContainerRegistrationKeys.LOGGER)
        .warn(`[ipn] [${accountId}] could not be asked about ${reference}: ${error.message}`)
    )
}

function tooOld(storefrontUrl: string): string {
  const shop = storefrontUrl.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>This link is too old</title><h1>This link is too old</h1><p>If you paid, your payment is safe: your order does not need this page.</p><p><a href="${shop}" rel="noreferrer">Back to the shop</a></p></html>`
}

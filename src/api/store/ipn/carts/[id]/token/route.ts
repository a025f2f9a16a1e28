import type { AuthenticatedMedusaRequest, MedusaResponse, MedusaStoreRequest } from "@medusajs/framework/http"
import {
  addressOf,
  hush,
  isOverWrong,
  readModule,
  refuse,
  salesChannelsOf,
  tooMany,
} from "../../../buyer-call"
import { caps } from "../../../caps"

/**
 * A status token for the payment that a cart is about to be paid by: `{ token }`. 404 for a cart of another sales
 * channel and for a registered customer's cart without that customer; 409 while no way to pay is chosen.
 */
export async function POST(request: MedusaStoreRequest, response: MedusaResponse): Promise<void> {
  const cameAt = performance.now()
  hush(response)
  const ipn = readModule(request, response)
  if (!ipn || isOverWrong(request, response)) return
  const cartId = request.params.id ?? ""
  const overFor = Math.max(
    caps.tokensByAddress.take(addressOf(request)),
    caps.tokensByCart.take(cartId.slice(0, 64))
  )
  if (overFor > 0) return tooMany(response, overFor)
  const cart = await ipn.buyers.cart(cartId)
  const channels = salesChannelsOf(request)
  const isForeign = cart?.salesChannelId !== undefined && !channels.includes(cart.salesChannelId)
  const isOthers = cart?.customerId !== undefined && cart.customerId !== customerOf(request)
  if (!cart || isForeign || isOthers) return refuse(request, response, cameAt)
  const { session } = cart
  const account = [...ipn.configuration.accounts.values()].find(
    ({ providerId }) => providerId === session?.providerId
  )
  // Of a taken-over provider's payment it is noted here what it asks for.
  const expected = session && account && (await ipn.findExpected(account.account.id, session.id))
  if (!expected) {
    response.status(409).json({
      type: "conflict",
      message: "No way to pay is chosen for this cart: start a payment session first.",
    })
    return
  }
  response.json({ token: ipn.buyers.issue("status", expected.reference) })
}

function customerOf(request: MedusaStoreRequest): string | undefined {
  return (request as unknown as Partial<AuthenticatedMedusaRequest>).auth_context?.actor_id
}

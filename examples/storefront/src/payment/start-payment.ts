import type { HttpTypes } from "@medusajs/types"
import { createPaymentToken, type PayAt } from "medusa-plugin-ipn/storefront"
import { sdk, store } from "../store"

/** What the plugin writes into a payment session's data. */
type SessionData = { ipn_token?: string; next?: PayAt }

/** Where the buyer comes back to. */
export const returnUrl = `${location.origin}/checkout/return`

/** Starts a cart's payment: where the buyer pays, and the token to ask what became of it. */
export async function startPayment(
  cart: HttpTypes.StoreCart,
  provider_id: string
): Promise<{ token: string; next: PayAt | null }> {
  const { payment_collection } = await sdk.store.payment.initiatePaymentSession(cart, {
    provider_id,
    data: { return_url: returnUrl },
  })
  const session = payment_collection.payment_sessions?.find((one) => one.provider_id === provider_id)
  const { ipn_token, next = null } = (session?.data ?? {}) as SessionData
  // Another provider's payments, whose messages the plugin takes over, have no token yet.
  const token = ipn_token ?? (await createPaymentToken({ ...store, cartId: cart.id })).token
  return { token, next }
}

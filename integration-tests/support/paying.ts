import type { Checkout, CheckoutOptions } from "./store/buyer"
import type { Store } from "./store/store"

/** A buyer of their own address who is about to pay, so that all orders made from the cart can be counted. */
export type Paying = Checkout & Readonly<{ email: string }>

let buyers = 0

/** Starts a checkout of a buyer of their own. */
export async function startPaying(
  store: Pick<Store, "buyer">,
  options: CheckoutOptions = {}
): Promise<Paying> {
  const email = `buyer-${process.pid}-${++buyers}@example.com`
  return { ...(await store.buyer.startCheckout({ account: "sandbox", ...options, email })), email }
}

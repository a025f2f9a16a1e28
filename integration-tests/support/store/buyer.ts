import type { Pool } from "pg"
import { copyCart, findPattern, newCart, nobody, offerPattern, type Filling } from "./filled-carts"
import type { ProductHandle, Seeded } from "./seeded"

/** A checkout that reached the payment step: the buyer is about to leave for the gateway. */
export type Checkout = Readonly<{
  cartId: string
  /** The payment session: the reference that the gateway echoes. */
  sessionId: string
  collectionId: string
  /** What is to be paid, in major units with two decimal places. */
  amount: string
  /** Lower-case ISO 4217. */
  currency: string
  /** Where the buyer goes next, as the plugin put it into the session's data; undefined for other providers. */
  next: Next | undefined
  /** The session's data, as a storefront sees them. */
  sessionData: Readonly<Record<string, unknown>>
}>

export type Next =
  | Readonly<{ kind: "redirect"; url: string }>
  | Readonly<{ kind: "form"; url: string; fields: Readonly<Record<string, string>> }>
  | Readonly<{ kind: "instructions"; lines: readonly string[]; reference?: string; dueAt?: string }>

export type CheckoutOptions = Readonly<{
  /** The account to pay with; its provider is `pp_ipn_<account>`. */
  account?: string
  /** Instead of an account: any payment provider of the region. */
  providerId?: string
  /** What the storefront writes into the payment session. */
  data?: Readonly<Record<string, unknown>>
  product?: ProductHandle
  /** Instead of a product of the seed. */
  variantId?: string
  quantity?: number
  /** Instead of a product: a filled cart to copy, with all that is in it. */
  like?: string | undefined
  email?: string
  /** Default "eur". */
  currency?: string
}>

/** Buys as a storefront does, through the public store API; only filled carts may be copies. */
export type Buyer = ReturnType<typeof createBuyer>

/** A buyer of a running store. */
export function createBuyer({
  baseUrl,
  seeded,
  sql,
  copiesCarts,
}: Readonly<{ baseUrl: string; seeded: Seeded; sql: Pool; copiesCarts: boolean }>) {
  async function call<T>(method: "GET" | "POST", path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: { "x-publishable-api-key": seeded.publishableKey, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 2000)}`)
    return JSON.parse(text) as T
  }

  /**
   * Fills a cart up to the payment step: product, address, delivery. Where carts may be copied, Medusa fills one of the
   * products that never run out, and who fills theirs alike gets a copy.
   */
  async function fillCart({
    product = "t-shirt",
    variantId,
    like,
    quantity = 1,
    email = "buyer@example.com",
    currency = "eur",
  }: CheckoutOptions = {}): Promise<string> {
    if (like !== undefined) return copyCart(sql, like, email)
    if (currency !== "eur" && currency !== "usd") throw new Error(`The seeded store has no ${currency}`)
    const filling = { variantId: variantId ?? seeded.variantIds[product], quantity, currency } as const
    if (!copiesCarts || variantId !== undefined || product === "last-lamp") {
      return fill(newCart(filling, email, seeded))
    }
    return copyCart(sql, (await findPattern(sql, filling)) ?? (await makePattern(filling)), email)
  }

  async function makePattern(filling: Filling): Promise<string> {
    const cartId = await fill(newCart(filling, nobody, seeded))
    await offerPattern(sql, cartId, filling)
    return cartId
  }

  /** Several carts that are filled alike: Medusa fills one of them. */
  async function fillCarts(count: number, options: CheckoutOptions): Promise<string[]> {
    const first = await fillCart(options)
    const cartIds = [first]
    while (cartIds.length < count) cartIds.push(await fillCart({ ...options, like: first }))
    return cartIds
  }

  async function fill(body: ReturnType<typeof newCart>): Promise<string> {
    const { cart } = await call<{ cart: { id: string } }>("POST", "/store/carts?fields=id", body)
    await call("POST", `/store/carts/${cart.id}/shipping-methods?fields=id`, {
      option_id: seeded.shippingOptionId,
    })
    return cart.id
  }

  /** Chooses how to pay a filled cart; choosing again replaces the session. */
  async function choosePayment(
    cartId: string,
    { account = "sandbox", providerId = `pp_ipn_${account}`, data: written }: CheckoutOptions = {}
  ): Promise<Checkout> {
    const { payment_collection: collection } = await call<{ payment_collection: { id: string } }>(
      "POST",
      "/store/payment-collections?fields=id",
      { cart_id: cartId }
    )
    const { payment_collection: chosen } = await call<{
      payment_collection: {
        amount: number
        currency_code: string
        payment_sessions: {
          id: string
          provider_id: string
          status: string
          data?: Record<string, unknown>
        }[]
      }
    }>("POST", `/store/payment-collections/${collection.id}/payment-sessions`, {
      provider_id: providerId,
      ...(written ? { data: written } : {}),
    })
    const session = chosen.payment_sessions.find(
      ({ provider_id, status }) => provider_id === providerId && status === "pending"
    )
    if (!session) throw new Error(`The store made no pending payment session of ${providerId}`)
    const data = session.data ?? {}
    return {
      cartId,
      sessionId: session.id,
      collectionId: collection.id,
      amount: chosen.amount.toFixed(2),
      currency: chosen.currency_code,
      next: data.next as Next | undefined,
      sessionData: data,
    }
  }

  return {
    call,
    fillCart,
    fillCarts,
    choosePayment,
    /** Everything up to leaving for the gateway. */
    async startCheckout(options: CheckoutOptions = {}): Promise<Checkout> {
      return choosePayment(await fillCart(options), options)
    },
    /** What the storefront does when the buyer comes back: asks Medusa to place the order. */
    async completeCart(cartId: string): Promise<CompletedCart> {
      return call("POST", `/store/carts/${cartId}/complete`)
    },
  }
}

/** Medusa's answer: the order, or the cart with the reason. */
export type CompletedCart =
  | Readonly<{ type: "order"; order: { id: string; display_id: number } }>
  | Readonly<{ type: "cart"; cart: { id: string }; error: { message: string; type: string } }>

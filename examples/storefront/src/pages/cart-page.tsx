import { useEffect, useState } from "react"
import { Link, useNavigate } from "react-router-dom"
import { writeMoney } from "../money"
import { Page, Problem } from "../page"
import { PaymentUnderWay } from "../payment/payment-under-way"
import { ProductPicture } from "../product-picture"
import { useShop } from "../shop"
import { sdk } from "../store"
import { Totals } from "../totals"
import { sayError } from "../use-load"

export function CartPage() {
  const { cart, setCart, refreshCart } = useShop()
  const navigate = useNavigate()
  const [problem, setProblem] = useState<string>()

  useEffect(() => {
    refreshCart().catch((reason: unknown) => setProblem(sayError(reason)))
  }, [refreshCart])

  if (!cart?.items?.length) return <EmptyCart />

  async function change(id: string, quantity: number) {
    try {
      if (quantity > 0) setCart((await sdk.store.cart.updateLineItem(cart!.id, id, { quantity })).cart)
      else {
        await sdk.store.cart.deleteLineItem(cart!.id, id)
        await refreshCart()
      }
    } catch (reason) {
      setProblem(sayError(reason))
    }
  }

  return (
    <Page title="Your cart">
      <PaymentUnderWay />
      <Problem>{problem}</Problem>
      <ul className="lines">
        {cart.items.map((item) => (
          <li key={item.id}>
            <ProductPicture
              product={{ thumbnail: item.thumbnail ?? null, handle: item.product_handle ?? "" }}
            />
            <div>
              <Link to={`/products/${item.product_handle}`}>{item.product_title}</Link>
              <p>{writeMoney(item.unit_price, cart.currency_code)}</p>
            </div>
            <div className="change">
              <input
                aria-label={`Quantity of ${item.product_title}`}
                type="number"
                min={1}
                max={99}
                value={item.quantity}
                onChange={({ target }) => target.value && void change(item.id, Number(target.value))}
              />
              <button
                className="quiet"
                aria-label={`Remove ${item.product_title}`}
                onClick={() => void change(item.id, 0)}
              >
                Remove
              </button>
            </div>
          </li>
        ))}
      </ul>
      <Totals cart={cart} />
      <button className="main" onClick={() => void navigate("/checkout")}>
        Check out
      </button>
    </Page>
  )
}

/** Empty, or bought: the payment that was started last says which. */
export function EmptyCart() {
  return (
    <Page title="Your cart is empty">
      <PaymentUnderWay />
      <p>
        <Link to="/">See what we have</Link>
      </p>
    </Page>
  )
}

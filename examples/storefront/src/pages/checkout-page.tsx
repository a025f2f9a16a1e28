import { useEffect, useState } from "react"
import { AddressStep } from "../checkout/address-step"
import { PaymentStep } from "../checkout/payment-step"
import { Page, Problem } from "../page"
import { PaymentUnderWay } from "../payment/payment-under-way"
import { useShop } from "../shop"
import { Totals } from "../totals"
import { sayError } from "../use-load"
import { EmptyCart } from "./cart-page"

export function CheckoutPage() {
  const { cart, refreshCart } = useShop()
  const [isEditing, setEditing] = useState(false)
  const [problem, setProblem] = useState<string>()

  useEffect(() => {
    refreshCart().catch((reason: unknown) => setProblem(sayError(reason)))
  }, [refreshCart])

  if (!cart?.items?.length) return <EmptyCart />
  const address = cart.shipping_address?.address_1 && cart.email ? cart.shipping_address : undefined

  return (
    <Page title="Checkout">
      <PaymentUnderWay />
      <Problem>{problem}</Problem>
      <section aria-labelledby="to">
        <h2 id="to">Deliver to</h2>
        {address && !isEditing ? (
          <div className="card row">
            <p>
              {address.first_name} {address.last_name}, {address.address_1}, {address.postal_code}{" "}
              {address.city}
              <br />
              {cart.email}
            </p>
            <button className="quiet" onClick={() => setEditing(true)}>
              Change
            </button>
          </div>
        ) : (
          <AddressStep cart={cart} onDone={() => setEditing(false)} />
        )}
      </section>
      {address && !isEditing ? <PaymentStep cart={cart} /> : <Totals cart={cart} />}
    </Page>
  )
}

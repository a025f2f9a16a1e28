import { useEffect, useState } from "react"
import type { HttpTypes } from "@medusajs/types"
import { useNavigate } from "react-router-dom"
import { goToPayment } from "medusa-plugin-ipn/storefront"
import { writeMoney } from "../money"
import { Problem } from "../page"
import { PaymentMethods } from "../payment/payment-methods"
import { startPayment } from "../payment/start-payment"
import { remembered } from "../remembered"
import { useRegion, useShop } from "../shop"
import { sdk } from "../store"
import { Totals } from "../totals"
import { sayError, useLoad } from "../use-load"

export function PaymentStep({ cart }: { cart: HttpTypes.StoreCart }) {
  const region = useRegion()
  const { setCart } = useShop()
  const navigate = useNavigate()
  const [provider, setProvider] = useState<string>()
  const [problem, setProblem] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const delivery = useLoad(() => sdk.store.fulfillment.listCartOptions({ cart_id: cart.id }), [cart.id])
  const options = delivery.data?.shipping_options
  const chosen = cart.shipping_methods?.[0]?.shipping_option_id

  async function deliverBy(option_id: string) {
    try {
      setCart((await sdk.store.cart.addShippingMethod(cart.id, { option_id })).cart)
    } catch (reason) {
      setProblem(sayError(reason))
    }
  }

  const [first] = options ?? []
  useEffect(() => {
    if (first && !chosen) void deliverBy(first.id)
  }, [first, chosen])

  async function pay() {
    setBusy(true)
    try {
      const { token, next } = await startPayment(cart, provider!)
      remembered.payment.write(token)
      // Under the gateway's page lies ours: there the buyer lands who goes back, and who has nowhere to go.
      await navigate(`/checkout/return?ipn_token=${token}`)
      goToPayment(next)
    } catch (reason) {
      setProblem(sayError(reason))
      setBusy(false)
    }
  }

  return (
    <>
      <fieldset>
        <legend>Delivery</legend>
        <Problem>{delivery.error}</Problem>
        {options?.map(({ id, name, amount }) => (
          <label key={id} className="choice">
            <input type="radio" name="delivery" checked={id === chosen} onChange={() => void deliverBy(id)} />
            <span>{name}</span>
            <span className="price">{writeMoney(amount, cart.currency_code)}</span>
          </label>
        ))}
      </fieldset>
      <PaymentMethods regionId={region.id} chosen={provider} onChoose={setProvider} />
      <Totals cart={cart} />
      <Problem>{problem}</Problem>
      <button className="main" disabled={!provider || !chosen || isBusy} onClick={() => void pay()}>
        {isBusy ? "One moment" : `Pay ${writeMoney(cart.total, cart.currency_code)}`}
      </button>
    </>
  )
}

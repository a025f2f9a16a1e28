import type { HttpTypes } from "@medusajs/types"
import { writeMoney } from "./money"

export function Totals({ cart }: { cart: HttpTypes.StoreCart }) {
  const money = (amount: number) => writeMoney(amount, cart.currency_code)
  const isDelivered = (cart.shipping_methods?.length ?? 0) > 0
  return (
    <dl className="totals">
      <dt>Goods</dt>
      <dd>{money(cart.item_total)}</dd>
      <dt>Delivery</dt>
      <dd>{isDelivered ? money(cart.shipping_total) : "Chosen at checkout"}</dd>
      <dt className="total">Total</dt>
      <dd className="total">{money(cart.total)}</dd>
    </dl>
  )
}

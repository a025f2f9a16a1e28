import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, MedusaError } from "@medusajs/framework/utils"
import { equals, roundToCurrency } from "../../domain/money"
import type IpnModuleService from "../../modules/ipn/service"
import { ipnModule } from "../../modules/ipn/name"
import { accountOf } from "./match-payment"
import { plainDecimal } from "./read-rows"
import { completable } from "./read-store"

type CartRow = {
  total: { toString(): string } | number
  currency_code: string
  completed_at: string | Date | null
  payment_collection?: {
    payment_sessions?: { id: string; provider_id: string; status: string }[]
  } | null
}

/**
 * Refuses a cart that costs another amount than was asked of the gateway: core compares the two nowhere, so that such a
 * cart would become an order that is paid too little or too much. Says nothing of carts paid in other ways than ours.
 * @returns whether core would now complete the cart with a payment of ours.
 * @throws MedusaError "not_allowed", for the storefront: the payment must be chosen again.
 */
export async function assertCartUnchanged(container: MedusaContainer, cartId: string): Promise<boolean> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const query = container.resolve(ContainerRegistrationKeys.QUERY)
  const { data } = await query.graph({
    entity: "cart",
    fields: [
      "id",
      "total",
      "currency_code",
      "completed_at",
      "payment_collection.payment_sessions.id",
      "payment_collection.payment_sessions.provider_id",
      "payment_collection.payment_sessions.status",
    ],
    filters: { id: cartId },
  })
  const cart = (data as unknown as CartRow[])[0]
  if (!cart || cart.completed_at) return false
  const total = roundToCurrency(plainDecimal(cart.total), cart.currency_code)
  let isOurs = false
  for (const session of cart.payment_collection?.payment_sessions ?? []) {
    const configured = accountOf(container, session.provider_id)
    if (!configured || !completable.includes(session.status)) continue
    const expected = await ipn.findExpected(configured.account.id, session.id, session.provider_id)
    if (expected) isOurs = true
    if (!expected || equals(expected.money, total)) continue
    const write = ({ amount, currency }: typeof total) => `${amount} ${currency.toUpperCase()}`
    throw new MedusaError(
      MedusaError.Types.NOT_ALLOWED,
      `The cart costs ${write(total)}, but ${write(expected.money)} was asked for: choose the payment again.`
    )
  }
  return isOurs
}

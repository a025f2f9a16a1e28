import type { MedusaContainer } from "@medusajs/framework/types"
import { isPositive, roundToCurrency, type Money } from "../../domain/money"
import { ipnModule } from "../../modules/ipn/name"
import type IpnModuleService from "../../modules/ipn/service"
import { readOrder } from "../settle/read-order"
import { graph, plainDecimal } from "../settle/read-rows"

/** Where a payment can be attached to: one of both. An order may be named by its number, as `#1001`. */
export type TargetInput = Readonly<{ cart_id?: string; order_id?: string }>

/** A cart that is not bought yet, or an order that waits for money, with how much. */
export type Target = Readonly<{ kind: "cart" | "order"; id: string; name: string; money: Money }>

type CartRow = {
  id: string
  total: { toString(): string } | number
  currency_code: string
  completed_at: string | Date | null
}

/** The target with its order's id where it was named by its number; as it is where there is no such order. */
export async function withOrderId<T extends TargetInput>(container: MedusaContainer, named: T): Promise<T> {
  const [, number] = /^#?(\d{1,9})$/.exec(named.order_id ?? "") ?? []
  if (!number) return named
  const [order] = await graph<{ id: string }>(container, "order", { display_id: number }, ["id"])
  return order ? { ...named, order_id: order.id } : named
}

/** Looks a target up; a string says why nothing can be attached to it. */
export async function readTarget(
  container: MedusaContainer,
  { cart_id, order_id }: TargetInput
): Promise<Target | string> {
  if (cart_id && !order_id) return readCart(container, cart_id)
  if (order_id && !cart_id) return readUnpaidOrder(container, order_id)
  return "Name one cart or one order."
}

async function readCart(container: MedusaContainer, id: string): Promise<Target | string> {
  const [cart] = await graph<CartRow>(container, "cart", { id }, [
    "id",
    "total",
    "currency_code",
    "completed_at",
  ])
  if (!cart) return `There is no cart ${id}.`
  const [placed] = await graph<{ order_id: string }>(container, "order_cart", { cart_id: id }, ["order_id"])
  if (placed) return `The cart became order ${placed.order_id}: name the order.`
  if (cart.completed_at) return "The cart is completed already."
  const money = roundToCurrency(plainDecimal(cart.total), cart.currency_code)
  return isPositive(money) ? { kind: "cart", id, name: id, money } : "The cart costs nothing."
}

async function readUnpaidOrder(container: MedusaContainer, id: string): Promise<Target | string> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const [row] = await graph<{ currency_code: string; display_id: number }>(container, "order", { id }, [
    "id",
    "currency_code",
    "display_id",
  ])
  const order = row && (await readOrder(container, id))
  if (!row || !order) return `There is no order ${id}.`
  if (order.canceled) return "The order is cancelled."
  if (await ipn.decisions.isBeingAttachedTo(id)) return "Another payment is just being attached to the order."
  const money = roundToCurrency(order.pendingDifference, row.currency_code)
  const name = `#${row.display_id}`
  return isPositive(money) ? { kind: "order", id, name, money } : "The order waits for no money."
}

import type { MedusaContainer } from "@medusajs/framework/types"
import { MathBN } from "@medusajs/framework/utils"
import type { Wanted } from "../../modules/ipn/holds/choose-locations"
import { graph, plainDecimal } from "../settle/read-rows"

/** What a cart needs of the stock. */
export type Goods = Readonly<{
  wanted: readonly Wanted[]
  /** Whether something of it can never be reserved: its variant has no inventory, or no location of the sales channel has it. */
  hasUnstocked: boolean
}>

type One<T> = T | T[] | null | undefined
type Row = {
  id: string
  sales_channel_id: string | null
  completed_at: string | Date | null
  items?: ({ id: string; quantity: { toString(): string } | number; variant?: Variant | null } | null)[]
}
type Variant = {
  manage_inventory?: boolean
  allow_backorder?: boolean
  inventory_items?: (InventoryItem | null)[]
}
type InventoryItem = {
  inventory_item_id: string
  required_quantity: number
  inventory?: { location_levels?: (LocationLevel | null)[] } | null
}
type LocationLevel = {
  location_id: string
  stock_locations?: One<{ id: string; sales_channels?: One<{ id: string }> }>
}

const fields = [
  "id",
  "sales_channel_id",
  "completed_at",
  "items.*",
  "items.variant.id",
  "items.variant.manage_inventory",
  "items.variant.allow_backorder",
  "items.variant.inventory_items.inventory_item_id",
  "items.variant.inventory_items.required_quantity",
  "items.variant.inventory_items.inventory.location_levels.location_id",
  "items.variant.inventory_items.inventory.location_levels.stock_locations.id",
  "items.variant.inventory_items.inventory.location_levels.stock_locations.sales_channels.id",
]

/** Reads what a cart needs of the stock, kits in their parts; undefined when there is no such cart or it is an order's. */
export async function readGoods(container: MedusaContainer, cartId: string): Promise<Goods | undefined> {
  const [carts, orders] = await Promise.all([
    graph<Row>(container, "cart", { id: cartId }, fields),
    graph<{ order_id: string }>(container, "order_cart", { cart_id: cartId }, ["order_id"]),
  ])
  const cart = carts[0]
  if (!cart || cart.completed_at || orders.length > 0) return undefined
  const wanted: Wanted[] = []
  let hasUnstocked = false
  for (const item of cart.items ?? []) {
    if (!item?.variant?.manage_inventory) continue
    const allowBackorder = item.variant.allow_backorder === true
    const parts = (item.variant.inventory_items ?? []).filter((part) => part !== null)
    hasUnstocked ||= parts.length === 0
    for (const part of parts) {
      const locationIds = locationsOf(part, cart.sales_channel_id)
      if (locationIds.length === 0) {
        hasUnstocked ||= !allowBackorder
        continue
      }
      wanted.push({
        lineItemId: item.id,
        inventoryItemId: part.inventory_item_id,
        quantity: plainDecimal(MathBN.mult(part.required_quantity, plainDecimal(item.quantity))),
        allowBackorder,
        locationIds,
      })
    }
  }
  return { wanted, hasUnstocked }
}

function locationsOf({ inventory }: InventoryItem, channelId: string | null): string[] {
  return (inventory?.location_levels ?? []).flatMap((level) => {
    const channels = many(level?.stock_locations).flatMap(({ sales_channels }) => many(sales_channels))
    return level && channels.some(({ id }) => id === channelId) ? [level.location_id] : []
  })
}

function many<T>(value: One<T>): T[] {
  return [value].flat().filter((one): one is T => one !== null && one !== undefined) as T[]
}

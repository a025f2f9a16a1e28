import type { IInventoryService, ILockingModule, MedusaContainer } from "@medusajs/framework/types"
import { Modules } from "@medusajs/framework/utils"

/**
 * Frees what is reserved for an order's lines, under the lock by which core reserves: the reserved quantity of an item is
 * read and then written, so that two at once would lose one of both.
 */
export async function releaseStock(container: MedusaContainer, lineItems: readonly string[]): Promise<void> {
  if (lineItems.length === 0) return
  const inventory = container.resolve<IInventoryService>(Modules.INVENTORY)
  const reservations = await inventory.listReservationItems(
    { line_item_id: [...lineItems] },
    { select: ["id", "inventory_item_id"] }
  )
  const goods = [...new Set(reservations.map(({ inventory_item_id }) => inventory_item_id))]
  if (goods.length === 0) return
  const locking = container.resolve<ILockingModule>(Modules.LOCKING)
  await locking.execute(goods, () => inventory.deleteReservationItemsByLineItem([...lineItems]))
}

import type { BigNumberInput } from "@medusajs/framework/types"
import { MathBN } from "@medusajs/framework/utils"
import type { Level } from "./reserving"

/** One inventory item that a line of a cart needs: a kit needs several. */
export type Wanted = Readonly<{
  lineItemId: string
  inventoryItemId: string
  /** Decimal string. */
  quantity: string
  allowBackorder: boolean
  /** The locations of the cart's sales channel that stock the item. */
  locationIds: readonly string[]
}>

export type Chosen = Wanted & Readonly<{ locationId: string }>

/**
 * Where each item is to be held: at the first location that has all of it, as Medusa itself reserves. Lines of one item
 * share what a location has. What may be ordered without stock is held at its first location even so.
 */
export function chooseLocations(
  wanted: readonly Wanted[],
  levels: readonly Level[]
): Readonly<{ chosen: readonly Chosen[]; short: readonly Wanted[] }> {
  const free = new Map<string, BigNumberInput>(
    levels.map(({ inventory_item_id, location_id, stocked, reserved }) => [
      `${inventory_item_id} ${location_id}`,
      MathBN.sub(stocked, reserved),
    ])
  )
  const chosen: Chosen[] = []
  const short: Wanted[] = []
  for (const one of wanted) {
    const keyOf = (locationId: string) => `${one.inventoryItemId} ${locationId}`
    const stocking = one.locationIds.filter((id) => free.has(keyOf(id)))
    const locationId =
      stocking.find((id) => MathBN.gte(free.get(keyOf(id))!, one.quantity)) ??
      (one.allowBackorder ? stocking[0] : undefined)
    if (locationId !== undefined) {
      free.set(keyOf(locationId), MathBN.sub(free.get(keyOf(locationId))!, one.quantity))
      chosen.push({ ...one, locationId })
    } else if (!one.allowBackorder) {
      short.push(one)
    }
  }
  return { chosen, short }
}

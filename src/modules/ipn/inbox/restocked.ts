import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { IssueKind } from "../../../domain/issue-kinds"

const waitForGoods: readonly IssueKind[] = ["out_of_stock_after_payment", "stock_not_held"]

/**
 * Makes the payments due whose goods were not there, of these levels of Medusa's inventory that have some now. One that
 * is being settled is left alone: what it reserves and gives back are levels too. Returns how many there are.
 */
export async function makeRestockedDue(db: Knex, levelIds: readonly string[]): Promise<number> {
  const { rows } = await db.raw(
    `update ipn_lane set due_at = now(), updated_at = now()
     where (lease_until is null or lease_until < now()) and deleted_at is null and id in (
       select issue.lane_id from ipn_issue issue
       join cart_line_item line on line.cart_id = issue.cart_id and line.deleted_at is null
       join product_variant_inventory_item part on part.variant_id = line.variant_id and part.deleted_at is null
       join inventory_level level on level.inventory_item_id = part.inventory_item_id and level.deleted_at is null
       where issue.status in ('open', 'acknowledged') and issue.kind = any(?::text[]) and issue.deleted_at is null
         and level.id = any(?::text[]) and level.stocked_quantity > level.reserved_quantity
     ) returning id`,
    [[...waitForGoods], [...levelIds]]
  )
  return (rows as unknown[]).length
}

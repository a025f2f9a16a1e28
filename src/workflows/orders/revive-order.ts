import type { IOrderModuleService, MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import {
  createStep,
  createWorkflow,
  StepResponse,
  transform,
  WorkflowResponse,
} from "@medusajs/framework/workflows-sdk"
import { reserving } from "../settle/out-of-stock"
import { releaseStock } from "./release-stock"
import { confirmVariantInventoryWorkflow, reserveInventoryStep } from "@medusajs/medusa/core-flows"

type Input = { order_id: string }
type Variant = { id: string; manage_inventory?: boolean }
type OrderWithStock = {
  id: string
  sales_channel_id: string
  items?: { id: string; quantity: number; variant?: Variant | null }[]
}

/** What reserving stock needs to know of an order's items, in core's words. */
const fields = [
  "id",
  "sales_channel_id",
  // With the quantity alone, Medusa 2.21 answers an order's items without it.
  "items.*",
  "items.variant.id",
  "items.variant.manage_inventory",
  "items.variant.allow_backorder",
  "items.variant.inventory_items.inventory_item_id",
  "items.variant.inventory_items.required_quantity",
  "items.variant.inventory_items.inventory.location_levels.stocked_quantity",
  "items.variant.inventory_items.inventory.location_levels.reserved_quantity",
  "items.variant.inventory_items.inventory.location_levels.raw_stocked_quantity",
  "items.variant.inventory_items.inventory.location_levels.raw_reserved_quantity",
  "items.variant.inventory_items.inventory.location_levels.location_id",
  "items.variant.inventory_items.inventory.location_levels.stock_locations.id",
  "items.variant.inventory_items.inventory.location_levels.stock_locations.sales_channels.id",
]

const readItemsStep = createStep("ipn-read-order-items", async ({ order_id }: Input, { container }) => {
  const query = container.resolve(ContainerRegistrationKeys.QUERY)
  const { data } = await query.graph({ entity: "order", fields, filters: { id: order_id } })
  const order = (data as unknown as OrderWithStock[])[0]
  if (!order) throw new Error(`order ${order_id} no longer exists`)
  const items = (order.items ?? []).filter(({ variant }) => variant)
  // A cancelled order has no stock: what is reserved for it is left of a try that a crash cut.
  const lineItems = (order.items ?? []).map(({ id }) => id)
  await releaseStock(container, lineItems)
  return new StepResponse({
    sales_channel_id: order.sales_channel_id,
    variants: items.map(({ variant }) => variant!),
    items: items.map(({ id, quantity, variant }) => ({ id, quantity, variant_id: variant!.id })),
  })
})

const reopenOrderStep = createStep("ipn-reopen-order", async ({ order_id }: Input, { container }) => {
  const orders = container.resolve<IOrderModuleService>(Modules.ORDER)
  await orders.updateOrders([{ id: order_id, status: "pending", canceled_at: null } as never])
  return new StepResponse({ id: order_id })
})

/**
 * Lets an order that we cancelled stand again: its stock is reserved first.
 * @throws OutOfStock when there is not enough of it.
 */
export const reviveOrderWorkflow = createWorkflow("ipn-revive-order", (input: Input) => {
  const stock = readItemsStep(input)
  const confirmed = confirmVariantInventoryWorkflow.runAsStep({
    input: transform({ stock }, ({ stock }) => stock as never),
  })
  reserveInventoryStep(confirmed)
  return new WorkflowResponse(reopenOrderStep(input))
})

export async function reviveOrder(container: MedusaContainer, orderId: string): Promise<void> {
  await reserving(() => reviveOrderWorkflow(container).run({ input: { order_id: orderId } }))
}

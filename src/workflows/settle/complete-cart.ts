import type {
  ICartModuleService,
  IInventoryService,
  IOrderModuleService,
  IWorkflowEngineService,
  MedusaContainer,
} from "@medusajs/framework/types"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import { completeCartWorkflow, completeCartWorkflowId } from "@medusajs/medusa/core-flows"
import { ulid } from "ulid"
import type IpnModuleService from "../../modules/ipn/service"
import { ipnModule } from "../../modules/ipn/name"
import { reserving } from "./out-of-stock"

/** In the metadata of a cart that we complete, copied by core to its order: which attempt made the order. */
const marker = "ipn_completion"

/**
 * Places the order of a cart through core. The attempt leaves a marker in the cart's metadata and runs under a
 * transaction id of the same name, so that after a crash its order is found and known to be finished or half made.
 */
export async function completeCart(
  container: MedusaContainer,
  cartId: string
): Promise<{ order_id: string }> {
  const carts = container.resolve<ICartModuleService>(Modules.CART)
  const attempt = `ipn_${ulid()}`
  const { metadata } = await carts.retrieveCart(cartId, { select: ["id", "metadata"] })
  await carts.updateCarts(cartId, { metadata: { ...metadata, [marker]: attempt } })
  const { result } = await reserving(() =>
    completeCartWorkflow(container).run({ input: { id: cartId }, context: { transactionId: attempt } })
  )
  return { order_id: result.id }
}

/**
 * Takes back what a crash left of our last attempt to complete a cart, as core's own compensation would have: its
 * reservations, links and order, and the mark of completion. An order whose attempt finished stays. Nothing to do where
 * no crash came. The caller holds the cart's lock.
 */
export async function undoInterruptedCompletion(container: MedusaContainer, cartId: string): Promise<void> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  if (!(await ipn.completionWasInterrupted(cartId))) return
  const carts = container.resolve<ICartModuleService>(Modules.CART)
  const { metadata } = await carts.retrieveCart(cartId, { select: ["id", "metadata"] })
  const attempt = metadata?.[marker]
  const finished = typeof attempt === "string" && (await hasFinished(container, attempt))
  if (typeof attempt === "string" && !finished) {
    const orders = await ipn.findOrdersByMarker(marker, attempt)
    for (const orderId of orders) await removeOrder(container, orderId, cartId)
    await carts.updateCarts(cartId, { completed_at: null } as Parameters<typeof carts.updateCarts>[1])
  }
  await ipn.endInterruptedCompletion(cartId, finished ? "done" : "undone")
}

/** Core keeps each completion's state in its workflow table: "done" only once the order stands and is announced. */
async function hasFinished(container: MedusaContainer, attempt: string): Promise<boolean> {
  const engine = container.resolve<IWorkflowEngineService>(Modules.WORKFLOW_ENGINE)
  const executions = await engine.listWorkflowExecutions({
    workflow_id: completeCartWorkflowId,
    transaction_id: attempt,
  })
  return executions.some(({ state }) => String(state) === "done")
}

/** Links are dismissed one by one: deleting the order's links would delete the payment collection with them. */
async function removeOrder(container: MedusaContainer, orderId: string, cartId: string): Promise<void> {
  const orders = container.resolve<IOrderModuleService>(Modules.ORDER)
  const inventory = container.resolve<IInventoryService>(Modules.INVENTORY)
  const link = container.resolve(ContainerRegistrationKeys.LINK)
  const query = container.resolve(ContainerRegistrationKeys.QUERY)
  const [order, { data: collections }, { data: promotions }] = await Promise.all([
    orders.retrieveOrder(orderId, { select: ["id"], relations: ["items"] }),
    query.graph({
      entity: "order_payment_collection",
      fields: ["payment_collection_id"],
      filters: { order_id: orderId },
    }),
    query.graph({ entity: "order_promotion", fields: ["promotion_id"], filters: { order_id: orderId } }),
  ])
  const lineItems = (order.items ?? []).map(({ id }) => id)
  if (lineItems.length > 0) await inventory.deleteReservationItemsByLineItem(lineItems)
  const placed = { [Modules.ORDER]: { order_id: orderId } }
  await link.dismiss([
    { ...placed, [Modules.CART]: { cart_id: cartId } },
    ...collections.map((row: { payment_collection_id: string }) => ({
      ...placed,
      [Modules.PAYMENT]: { payment_collection_id: row.payment_collection_id },
    })),
    ...promotions.map((row: { promotion_id: string }) => ({
      ...placed,
      [Modules.PROMOTION]: { promotion_id: row.promotion_id },
    })),
  ])
  await orders.deleteOrders([orderId])
}

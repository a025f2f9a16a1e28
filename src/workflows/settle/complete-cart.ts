import type {
  ICartModuleService,
  ILockingModule,
  IOrderModuleService,
  IWorkflowEngineService,
  MedusaContainer,
} from "@medusajs/framework/types"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import { completeCartWorkflow, completeCartWorkflowId } from "@medusajs/medusa/core-flows"
import { ulid } from "ulid"
import type IpnModuleService from "../../modules/ipn/service"
import { holdMarker } from "../../modules/ipn/holds/turn"
import { ipnModule } from "../../modules/ipn/name"
import { orderOfCart } from "../emails/read-buyer"
import { releaseStock } from "../orders/release-stock"
import { reserving } from "./out-of-stock"
import { withoutTakingBack } from "./payment-records"

/** In the metadata of a cart that we complete, copied by core to its order: which attempt made the order. */
const marker = "ipn_completion"
/** How far the clocks of two processes may be apart. A cart's completion is done once: an earlier one is none of others. */
const clockSkewMs = 60_000

/**
 * Places the order of a cart through core. The attempt leaves a marker in the cart's metadata and runs under a
 * transaction id of the same name, so that after a crash its order is found and known to be finished or half made. What
 * fails in it, as a hook of the store's own, never reaches the gateway.
 */
export async function completeCart(
  container: MedusaContainer,
  cartId: string
): Promise<{ order_id: string }> {
  const attempt = await markAttempt(container, cartId)
  const { result } = await reserving(() =>
    completeCartWorkflow(withoutTakingBack(container)).run({
      input: { id: cartId },
      context: { transactionId: attempt },
    })
  )
  await container.resolve<IpnModuleService>(ipnModule).holds.finish(cartId)
  return { order_id: result.id }
}

/**
 * Announces that a storefront is about to complete a cart, which core then does under a transaction id of its own. The
 * caller holds the cart's lock, and calls the returned function once core has answered, whatever it answered: it takes
 * back what core left half made.
 */
export async function announceCompletion(
  container: MedusaContainer,
  cartId: string
): Promise<() => Promise<void>> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const startedAt = new Date()
  await ipn.effects.startCompletion(cartId)
  await markAttempt(container, cartId)
  return async () => {
    if (await wasGivenUp(container, cartId, startedAt)) return undoInterruptedCompletion(container, cartId)
    await ipn.effects.endInterruptedCompletion(cartId, "done")
    if (await orderOfCart(container, cartId)) await ipn.holds.finish(cartId)
  }
}

/** Core copies a cart's metadata to its order: the attempt, and the hold that the order's goods come from. */
async function markAttempt(container: MedusaContainer, cartId: string): Promise<string> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const attempt = `ipn_${ulid()}`
  const hold = await ipn.holds.ofCart(cartId)
  await ipn.markCart(cartId, { [marker]: attempt, ...(hold ? { [holdMarker]: hold.id } : {}) })
  return attempt
}

/**
 * Takes back what a crash, or core's giving up, left of the last attempt to complete a cart, ours or a storefront's,
 * as core's own compensation would have: its reservations, links and order, and the mark of completion. An order whose
 * attempt finished stays. Nothing to do where neither came. The caller holds the cart's lock.
 */
export async function undoInterruptedCompletion(container: MedusaContainer, cartId: string): Promise<void> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const startedAt = await ipn.effects.completionStartedAt(cartId)
  if (!startedAt) return
  const carts = container.resolve<ICartModuleService>(Modules.CART)
  const [cart] = await carts.listCarts({ id: [cartId] }, { select: ["id", "metadata"] })
  const attempt = cart?.metadata?.[marker]
  const finished = typeof attempt === "string" && (await hasFinished(container, cartId, attempt, startedAt))
  if (typeof attempt === "string" && !finished) {
    // Before its lines go: what they have of a hold is the buyer's again.
    await ipn.holds.turnBack(cartId)
    const orders = await ipn.findOrdersByMarker(marker, attempt)
    for (const orderId of orders) await removeOrder(container, orderId, cartId)
    await carts.updateCarts(cartId, { completed_at: null } as Parameters<typeof carts.updateCarts>[1])
  }
  await releaseCoresLock(container, cartId)
  if (finished) await ipn.holds.finish(cartId)
  await ipn.effects.endInterruptedCompletion(cartId, finished ? "done" : "undone")
}

/**
 * Core locks a cart for two minutes while it completes it; where Redis or Postgres keeps that lock it outlives the
 * process that died. Whoever holds our lock of the cart is alone: what is left of core's is nobody's.
 */
async function releaseCoresLock(container: MedusaContainer, cartId: string): Promise<void> {
  await container.resolve<ILockingModule>(Modules.LOCKING).release(cartId)
}

/**
 * Core keeps each completion's state in its workflow table: "done" only once the order stands and is announced. A
 * storefront's has a transaction id of core's, and is known by its cart and time.
 */
async function hasFinished(
  container: MedusaContainer,
  cartId: string,
  attempt: string,
  startedAt: Date
): Promise<boolean> {
  const engine = container.resolve<IWorkflowEngineService>(Modules.WORKFLOW_ENGINE)
  const own = await engine.listWorkflowExecutions({
    workflow_id: completeCartWorkflowId,
    state: "done",
    transaction_id: attempt,
  })
  return own.length > 0 || (await isCompletionIn(container, ["done"], cartId, startedAt))
}

/**
 * Whether core answered and left its work half made, neither done nor taken back. Its engine does so where it cannot
 * write how far it is: it tries a few times within five seconds, and then answers an error and compensates nothing.
 */
function wasGivenUp(container: MedusaContainer, cartId: string, startedAt: Date): Promise<boolean> {
  const halfMade = ["not_started", "invoking", "waiting_to_compensate", "compensating", "failed"]
  return isCompletionIn(container, halfMade, cartId, startedAt)
}

async function isCompletionIn(
  container: MedusaContainer,
  states: readonly string[],
  cartId: string,
  startedAt: Date
): Promise<boolean> {
  const engine = container.resolve<IWorkflowEngineService>(Modules.WORKFLOW_ENGINE)
  const from = new Date(startedAt.getTime() - clockSkewMs)
  const since = await engine.listWorkflowExecutions({
    workflow_id: completeCartWorkflowId,
    state: [...states],
    created_at: { $gte: from.toISOString() },
  })
  return since.some(({ context }) => cartOf(context) === cartId)
}

/** The cart that a completion was run with, as core keeps it; undefined when core keeps it otherwise. */
export function cartOf(context: unknown): string | undefined {
  const { data } = (context ?? {}) as { data?: { payload?: { id?: string } } }
  return data?.payload?.id
}

/** Links are dismissed one by one: deleting the order's links would delete the payment collection with them. */
async function removeOrder(container: MedusaContainer, orderId: string, cartId: string): Promise<void> {
  const orders = container.resolve<IOrderModuleService>(Modules.ORDER)
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
  await releaseStock(container, lineItems)
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

import type { IOrderModuleService, MedusaContainer } from "@medusajs/framework/types"
import { Modules, OrderWorkflowEvents } from "@medusajs/framework/utils"
import {
  createStep,
  createWorkflow,
  StepResponse,
  transform,
  WorkflowResponse,
} from "@medusajs/framework/workflows-sdk"
import { emitEventStep } from "@medusajs/medusa/core-flows"
import { releaseStock } from "./release-stock"

type Input = { order_id: string }

/** Core's own step would ask the payment's provider to cancel; what it cancels here is an order without money. */
const cancelOrderStep = createStep("ipn-cancel-order", async ({ order_id }: Input, { container }) => {
  const orders = container.resolve<IOrderModuleService>(Modules.ORDER)
  const order = await orders.retrieveOrder(order_id, { select: ["id"], relations: ["items"] })
  const lineItems = (order.items ?? []).map(({ id }) => id)
  await releaseStock(container, lineItems)
  await orders.cancel([order_id])
  return new StepResponse({ id: order_id })
})

/** Cancels an order that was never paid: its stock is free again, and no payment provider is called. */
export const cancelUnpaidOrderWorkflow = createWorkflow("ipn-cancel-unpaid-order", (input: Input) => {
  const order = cancelOrderStep(input)
  emitEventStep({
    eventName: OrderWorkflowEvents.CANCELED,
    data: transform({ order }, ({ order }) => ({ id: order.id })),
  })
  return new WorkflowResponse(order)
})

export async function cancelUnpaidOrder(
  container: MedusaContainer,
  orderId: string
): Promise<Record<string, never>> {
  await cancelUnpaidOrderWorkflow(container).run({ input: { order_id: orderId } })
  return {}
}

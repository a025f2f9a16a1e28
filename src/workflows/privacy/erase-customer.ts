import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, MedusaError } from "@medusajs/framework/utils"
import { createStep, createWorkflow, StepResponse, WorkflowResponse } from "@medusajs/framework/workflows-sdk"
import { ipnModule } from "../../modules/ipn/name"
import type IpnModuleService from "../../modules/ipn/service"

export const eraseCustomerWorkflowId = "ipn-erase-customer"

/** Whose payments: all of a customer, or those of the named carts and orders. */
type Input = {
  customer_id?: string
  cart_ids?: string[]
  order_ids?: string[]
  /** Who wants it: kept. */
  actor_id: string
}

const eraseCustomerStep = createStep("ipn-erase-customer-step", async (input: Input, { container }) => {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const carts = new Set(input.cart_ids)
  const orders = new Set(input.order_ids)
  if (!input.customer_id && carts.size === 0 && orders.size === 0) {
    throw new MedusaError(MedusaError.Types.INVALID_DATA, "Name a customer, carts or orders.")
  }
  if (input.customer_id) {
    const filters = { customer_id: input.customer_id }
    for (const { id } of await graph<{ id: string }>(container, "cart", ["id"], filters)) carts.add(id)
    for (const { id } of await graph<{ id: string }>(container, "order", ["id"], filters)) orders.add(id)
  }
  for (const filters of [{ cart_id: [...carts] }, { order_id: [...orders] }]) {
    // An empty list would match every row.
    if (Object.values(filters)[0]?.length === 0) continue
    const links = await graph<{ cart_id: string; order_id: string }>(
      container,
      "order_cart",
      ["cart_id", "order_id"],
      filters
    )
    for (const link of links) {
      carts.add(link.cart_id)
      orders.add(link.order_id)
    }
  }
  const subject = {
    ...(input.customer_id ? { customerId: input.customer_id } : {}),
    cartIds: [...carts],
    orderIds: [...orders],
  }
  return new StepResponse(await ipn.erasure.erase(subject, input.actor_id))
})

/**
 * Erases what gateways told about a customer: the bytes, headers and sender addresses of all messages about the
 * customer's carts and orders, and free text in payment events. Amounts, times, ids and the ledger stay; who did it is
 * kept. It cannot be undone, and is harmless when repeated.
 */
export const eraseCustomerWorkflow = createWorkflow(eraseCustomerWorkflowId, (input: Input) => {
  return new WorkflowResponse(eraseCustomerStep(input))
})

async function graph<T>(
  container: MedusaContainer,
  entity: string,
  fields: string[],
  filters: Record<string, unknown>
): Promise<T[]> {
  const query = container.resolve(ContainerRegistrationKeys.QUERY)
  const { data } = await query.graph({ entity, fields, filters })
  return data as T[]
}

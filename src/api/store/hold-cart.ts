import type { MedusaNextFunction, MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { ipnModule } from "../../modules/ipn/name"
import type IpnModuleService from "../../modules/ipn/service"
import { assertCartUnchanged } from "../../workflows/settle/assert-cart-unchanged"
import { undoInterruptedCompletion } from "../../workflows/settle/complete-cart"

/**
 * Holds a cart while a storefront completes it, so that a gateway's message about the same cart waits: one of both
 * places the order, the other finds it there. What a crash left of a completion of ours is taken back first, and a cart that
 * costs another amount than is being paid is refused.
 */
export async function holdCart(
  request: MedusaRequest,
  response: MedusaResponse,
  next: MedusaNextFunction
): Promise<void> {
  const cartId = request.params.id
  if (!cartId || request.method !== "POST") return next()
  const ipn = request.scope.resolve<IpnModuleService>(ipnModule)
  const release = await ipn.lock.acquire(cartId)
  response.once("close", () => void release())
  try {
    await undoInterruptedCompletion(request.scope, cartId)
    await assertCartUnchanged(request.scope, cartId)
  } catch (error) {
    await release()
    throw error
  }
  if (response.closed) await release()
  next()
}

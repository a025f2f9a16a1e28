import type { MedusaNextFunction, MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { ipnModule } from "../../modules/ipn/name"
import type IpnModuleService from "../../modules/ipn/service"
import { assertCartUnchanged } from "../../workflows/settle/assert-cart-unchanged"
import { announceCompletion, undoInterruptedCompletion } from "../../workflows/settle/complete-cart"

/**
 * Holds a cart while a storefront completes it, so that a gateway's message about the same cart waits: one of both
 * places the order, the other finds it there. What a crash left of an earlier completion is taken back first, a cart
 * that costs another amount than is being paid is refused, and the completion is announced, so that a crash in the
 * middle of it leaves no order that nobody knows.
 */
export async function holdCart(
  request: MedusaRequest,
  response: MedusaResponse,
  next: MedusaNextFunction
): Promise<void> {
  const cartId = request.params.id
  if (!cartId || request.method !== "POST") return next()
  const ipn = request.scope.resolve<IpnModuleService>(ipnModule)
  const { lost, release } = await ipn.lock.acquire(cartId)
  let conclude: (() => Promise<void>) | undefined
  try {
    await undoInterruptedCompletion(request.scope, cartId)
    const isOurs = await assertCartUnchanged(request.scope, cartId)
    // Somebody else may be completing the cart by now: it is not marked, and core not let at it, a second time.
    lost.throwIfAborted()
    if (isOurs) conclude = await announceCompletion(request.scope, cartId)
    lost.throwIfAborted()
  } catch (error) {
    await release()
    throw error
  }
  onAnswer(response, async () => {
    // What cannot be written is found by the sweep, which sees that core had finished. So is what may by now be written
    // of somebody else's completion.
    if (!lost.aborted) await conclude?.().catch(() => undefined)
    await release()
  })
  next()
}

/**
 * Once core has answered. Not when the connection closes: a buyer who leaves meanwhile does not stop core, which goes on
 * to place the order.
 */
function onAnswer(response: MedusaResponse, then: () => Promise<void>): void {
  const end = response.end.bind(response) as (...args: unknown[]) => MedusaResponse
  let answered = false
  response.end = ((...args: unknown[]) => {
    if (!answered) {
      answered = true
      void then()
    }
    return end(...args)
  }) as typeof response.end
}

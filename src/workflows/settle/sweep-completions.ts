import type { Logger, MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import type IpnModuleService from "../../modules/ipn/service"
import { ipnModule } from "../../modules/ipn/name"
import { undoInterruptedCompletion } from "./complete-cart"

/** Core gives up a completion after two minutes; one that is open for longer was cut by a crash. */
const interruptedAfterMs = 180_000
const atOnce = 50

/**
 * Takes back what crashes left of completions that nobody went on with: orders that no buyer was told of, and the stock
 * they hold. Any number of processes may do it at the same time. Returns how many carts it looked at.
 */
export async function sweepInterruptedCompletions(container: MedusaContainer): Promise<number> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const carts = await ipn.effects.listInterruptedCompletions(interruptedAfterMs, atOnce)
  for (const cartId of carts) {
    try {
      await ipn.lock.hold(cartId, () => undoInterruptedCompletion(container, cartId))
    } catch (error) {
      container
        .resolve<Logger>(ContainerRegistrationKeys.LOGGER)
        .warn(
          `[ipn] what a crash left of cart ${cartId} stays until the next run: ${(error as Error).message}`
        )
    }
  }
  return carts.length
}

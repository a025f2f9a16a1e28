import type { Logger, MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { holdPolicyOf, type Settings } from "../../config/settings"
import { fold } from "../../domain/fold"
import type { StoredHold } from "../../modules/ipn/holds/stored-hold"
import { ipnModule } from "../../modules/ipn/name"
import type IpnModuleService from "../../modules/ipn/service"
import { orderOfCart } from "../emails/read-buyer"
import { undoInterruptedCompletion } from "../settle/complete-cart"
import { wishOf } from "./agree-hold"

const atOnce = 50
/** How soon to look again when a gateway could not be asked, and how long goods are kept for that. */
const askAgainMs = 300_000
const unreachableForMs = 7_200_000

/**
 * Releases what was held long enough. Gateways are asked first, so that nobody loses goods that they have paid for: what
 * has money, or what a bank still works on, is held longer. Any number of processes may do it at the same time. Returns
 * how many it looked at.
 */
export async function sweepHolds(container: MedusaContainer): Promise<number> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const due = await ipn.holds.due(atOnce)
  for (const hold of due) {
    try {
      const wasReached = hold.state !== "held" || (await askAll(ipn, hold))
      if (!wasReached && Date.now() < hold.expiresAt.getTime() + unreachableForMs) {
        await ipn.holds.lookAgain(hold.id, askAgainMs)
        continue
      }
      await ipn.lock.hold(hold.cartId, (lost) => sweepOne(container, hold.cartId, lost))
    } catch (error) {
      await ipn.holds.lookAgain(hold.id, askAgainMs)
      container
        .resolve<Logger>(ContainerRegistrationKeys.LOGGER)
        .warn(`[ipn] the held goods of cart ${hold.cartId} stay held: ${(error as Error).message}`)
    }
  }
  return due.length
}

/** False when a gateway could not be reached. Those that cannot be asked at all tell by their messages alone. */
async function askAll(ipn: IpnModuleService, { claims }: StoredHold): Promise<boolean> {
  const answers = await Promise.all(
    Object.entries(claims).map(([reference, { accountId }]) => ipn.asking.askNow(accountId, reference))
  )
  return answers.every(({ kind }) => kind !== "unreachable")
}

/** The caller holds the cart's lock, so that no order is placed meanwhile. */
async function sweepOne(container: MedusaContainer, cartId: string, lost: AbortSignal): Promise<void> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  await undoInterruptedCompletion(container, cartId)
  const hasOrder = (await orderOfCart(container, cartId)) !== undefined
  if (!hasOrder) await ipn.holds.turnBack(cartId)
  const hold = await ipn.holds.ofCart(cartId)
  if (hasOrder) {
    await ipn.holds.finish(cartId)
  } else if (hold?.state === "held" && hold.expiresAt.getTime() <= Date.now()) {
    const settings = await ipn.settings.read()
    for (const reference of Object.keys(hold.claims)) await extend(container, hold, reference, settings)
    lost.throwIfAborted()
    await ipn.holds.release(cartId, "lapsed", "lapsed")
  }
}

/** By all that was told until now, settled or not. */
async function extend(
  container: MedusaContainer,
  { cartId, claims }: StoredHold,
  reference: string,
  settings: Settings
): Promise<void> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const before = claims[reference]!
  const { accountId } = before
  const expected = await ipn.findExpected(accountId, reference)
  if (!expected) return
  const facts = fold(await ipn.readReference(accountId, reference))
  const wish = await wishOf(container, { expected, facts, settings, before })
  if (wish.kind !== "hold") return
  const { longestMs } = holdPolicyOf(settings, accountId)
  await ipn.holds.extend({ cartId, reference, accountId, claim: wish.claim }, longestMs)
}

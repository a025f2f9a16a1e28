import type { MedusaContainer } from "@medusajs/framework/types"
import type { Claim } from "../../modules/ipn/inbox/claim-lanes"
import { ipnModule } from "../../modules/ipn/name"
import type IpnModuleService from "../../modules/ipn/service"
import { endMoved } from "../settle/end-lane"
import { attachPayment } from "./attach-payment"
import { giveBack } from "./give-back"

/**
 * Does what people decided about a lane besides settling it: gives money back at the gateway, or moves the payment to
 * where it belongs. Called with each claim of the lane and not by what gateways tell, so that a decision that a crash
 * cut is carried out by the next claim.
 * @returns true when the lane has ended, because its events are in another one now.
 */
export async function carryOutDecisions(container: MedusaContainer, claim: Claim): Promise<boolean> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  for (const decision of await ipn.decisions.toCarryOut(claim.laneId)) {
    if (decision.kind === "refund") {
      await giveBack(container, claim, decision)
    } else if (await attachPayment(container, claim, decision)) {
      const { accountId } = claim
      await endMoved(container, claim, { accountId, reference: decision.detail.reference })
      return true
    }
  }
  return false
}

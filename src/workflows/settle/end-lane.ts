import type { MedusaContainer } from "@medusajs/framework/types"
import type { Facts } from "../../domain/fold"
import type { Claim, Settlement } from "../../modules/ipn/inbox/claim-lanes"
import type { ExpectedPayment } from "../../modules/ipn/inbox/expected-payments"
import type IpnModuleService from "../../modules/ipn/service"
import { ipnModule } from "../../modules/ipn/name"

/**
 * Ends a claim after everything that follows from the lane's facts was written: the ledger, the issues, what others are
 * told. A crash before the end lets all of it be written again, which changes nothing.
 */
export async function endLane(
  container: MedusaContainer,
  claim: Claim,
  { expected, facts, settlement }: { expected?: ExpectedPayment; facts: Facts; settlement: Settlement }
): Promise<void> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  await ipn.endClaim(claim, { ...settlement, facts })
}

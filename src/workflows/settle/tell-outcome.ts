import type { MedusaContainer } from "@medusajs/framework/types"
import type { Facts } from "../../domain/fold"
import { laneIssueKinds } from "../../domain/issue-kinds"
import { laneIssues } from "../../domain/issues"
import type { Money } from "../../domain/money"
import { toldFacts } from "../../domain/told-facts"
import type { Claim, Settlement } from "../../modules/ipn/inbox/claim-lanes"
import type { ExpectedPayment } from "../../modules/ipn/inbox/expected-payments"
import { busChannel } from "../../modules/ipn/outbox/bus"
import { ipnModule } from "../../modules/ipn/name"
import type IpnModuleService from "../../modules/ipn/service"

export type Outcome = Readonly<{
  claim: Claim
  /** How the lane is about to end. */
  settlement: Settlement
  /** Absent where the payment is unknown, or for what is about no single payment. */
  expected?: ExpectedPayment | undefined
  facts?: Facts | undefined
  /** The least that counts as the whole payment, where a tolerance was set. Default: what was asked. */
  enough?: Money | undefined
  /** Default: the settlement's. */
  orderId?: string | undefined
}>

/**
 * Tells the owner and other plugins what became of a lane: its issues open and resolve, and each fact is written once to
 * the outbox. Called before the claim ends, as often as the lane is settled.
 */
export async function tellOutcome(container: MedusaContainer, outcome: Outcome): Promise<void> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const { claim, settlement, expected, facts, enough } = outcome
  const { laneId, accountId } = claim
  const orderId = outcome.orderId ?? settlement.orderId
  const cartId = settlement.cartId ?? expected?.cartId
  const lane = { laneId, accountId, orderId, cartId, facts, settlement, expected: expected?.money }
  await ipn.issues.agree({ laneId, kinds: laneIssueKinds }, laneIssues({ ...lane, now: Date.now() }))
  const told = toldFacts({ ...lane, enough, reference: expected?.reference })
  await ipn.outbox.tell(told.map((fact) => ({ channel: busChannel, ...fact, laneId, orderId })))
}

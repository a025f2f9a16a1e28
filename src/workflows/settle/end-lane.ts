import type { MedusaContainer } from "@medusajs/framework/types"
import type { Money } from "../../domain/money"
import { ourMoney } from "../../domain/our-money"
import type { PaymentEvent } from "../../domain/payment-event"
import type { Claim, Settlement } from "../../modules/ipn/inbox/claim-lanes"
import type { ExpectedPayment } from "../../modules/ipn/inbox/expected-payments"
import type IpnModuleService from "../../modules/ipn/service"
import { ipnModule } from "../../modules/ipn/name"
import { fold } from "../../domain/fold"
import { tellOutcome } from "./tell-outcome"

export type Ending = Readonly<{
  settlement: Omit<Settlement, "seen">
  /** All events of the lane that the owner wants recorded. */
  recorded: readonly PaymentEvent[]
  /** Events of the lane that end with it, and count for nothing here. */
  besides?: readonly PaymentEvent[]
  /** Absent where the payment is unknown, or for what is about no single payment. */
  expected?: ExpectedPayment
  /** The least that counts as the whole payment. Default: what was asked. */
  enough?: Money
  /** The gateway's id of the payment. Default: the first that was told. */
  gatewayPayment?: string | undefined
}>

/**
 * Ends a claim after everything that follows from the lane's facts was written: the ledger, the issues, what others are
 * told. A crash before the end lets all of it be written again, which changes nothing.
 */
export async function endLane(
  container: MedusaContainer,
  claim: Claim,
  { settlement, recorded, besides = [], expected, enough, gatewayPayment }: Ending
): Promise<void> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const facts = fold(recorded)
  // Money of a payment that we do not know is nobody's yet.
  if (settlement.state !== "unmatched" && settlement.reason !== "never_matched") {
    await ipn.ledger.post({
      accountId: claim.accountId,
      laneId: claim.laneId,
      ...ourMoney(recorded, ipn.account(claim.accountId).account.mode),
      orderId: settlement.orderId,
      gatewayPayment: gatewayPayment ?? recorded.find((event) => event.gatewayPayment)?.gatewayPayment,
    })
  }
  await tellOutcome(container, { claim, settlement, facts, events: recorded, expected, enough })
  const seen = [...[...recorded, ...besides].map(({ key }) => key), ...(settlement.ignored ?? [])]
  await ipn.endClaim(claim, { ...settlement, facts, seen })
}

/**
 * Ends a lane whose events are in that of our reference now: what it had posted and raised is taken back here. What
 * stayed was known there.
 */
export async function endMoved(
  container: MedusaContainer,
  claim: Claim,
  to: Pick<ExpectedPayment, "accountId" | "reference">
): Promise<void> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const [lane, besides, moved] = await Promise.all([
    ipn.decisions.lane(claim.laneId),
    ipn.readLane(claim.laneId),
    ipn.readReference(to.accountId, to.reference),
  ])
  const isElsewhere = to.accountId !== claim.accountId
  await endLane(container, claim, {
    settlement: {
      state: "settled",
      reason: "moved",
      outcome: "already_applied",
      detail: { to: to.reference, ...(isElsewhere ? { account: to.accountId } : {}) },
      ...(isElsewhere ? { paymentSessionId: to.reference } : {}),
      // What is taken back belongs where it was posted.
      ...(lane?.order_id ? { orderId: lane.order_id } : {}),
    },
    recorded: [],
    besides,
    gatewayPayment: moved.find(({ gatewayPayment }) => gatewayPayment)?.gatewayPayment,
  })
}

import type { MedusaContainer } from "@medusajs/framework/types"
import type { Facts } from "../../domain/fold"
import { laneIssueKinds } from "../../domain/issue-kinds"
import { laneIssues } from "../../domain/issues"
import type { Money } from "../../domain/money"
import type { PaymentEvent } from "../../domain/payment-event"
import { toldFacts } from "../../domain/told-facts"
import { webhookChannel } from "../../modules/ipn/alerts/webhook-channel"
import type { Claim, Settlement } from "../../modules/ipn/inbox/claim-lanes"
import type { ExpectedPayment } from "../../modules/ipn/inbox/expected-payments"
import { busChannel } from "../../modules/ipn/outbox/bus"
import type { Told } from "../../modules/ipn/outbox/tell"
import { ipnModule } from "../../modules/ipn/name"
import type IpnModuleService from "../../modules/ipn/service"
import { mailsToTell } from "../emails/tell-mails"

export type Outcome = Readonly<{
  claim: Claim
  /** How the lane is about to end. */
  settlement: Settlement
  /** Absent where the payment is unknown, or for what is about no single payment. */
  expected?: ExpectedPayment | undefined
  facts?: Facts | undefined
  /** What the facts are made of. */
  events?: readonly PaymentEvent[] | undefined
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
  const alerts = ipn.alerts.hasWebhook ? told.filter(({ topic }) => topic.startsWith("ipn.dispute.")) : []
  await ipn.outbox.tell([
    ...told.map((fact) => ({ channel: busChannel, ...fact, laneId, orderId })),
    ...alerts.map((fact) => ({ channel: webhookChannel, ...fact, laneId, orderId })),
    ...(await mailsOf(ipn, { ...outcome, orderId }, cartId)),
  ])
}

async function mailsOf(
  ipn: IpnModuleService,
  { claim, settlement, expected, facts, events = [], enough, orderId }: Outcome,
  cartId: string | undefined
): Promise<Told[]> {
  if (!facts) return []
  const { laneId, accountId } = claim
  const isUnpaid = facts.captured.length === 0 && facts.authorized.length === 0
  const cancelledUnpaid =
    isUnpaid && orderId
      ? (await ipn.effects.readDone({ laneId, orderId, refundIds: [] })).canceledOrder
      : false
  const payment = { reference: expected?.reference, expected: expected?.money, enough }
  const lane = { laneId, accountId, ...payment, facts, events, orderId, cartId, settlement, cancelledUnpaid }
  return mailsToTell(lane, await ipn.settings.read(), Date.now())
}

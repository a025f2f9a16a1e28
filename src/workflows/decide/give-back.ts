import type { Logger, MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { fold, type Facts } from "../../domain/fold"
import { readLaneKey } from "../../domain/lane-key"
import { add, compare } from "../../domain/money"
import type { PaymentEvent } from "../../domain/payment-event"
import { refundable } from "../../domain/possible-decisions"
import { returned } from "../../domain/went-back"
import { GatewayRefusedError, type Expected } from "../../gateways/gateway"
import type { Instruction, RefundDetail } from "../../modules/ipn/decisions/decisions"
import type { Claim } from "../../modules/ipn/inbox/claim-lanes"
import { ipnModule } from "../../modules/ipn/name"
import type IpnModuleService from "../../modules/ipn/service"

/**
 * Asks the gateway to give money back, once for a decision: its id is the idempotency key. After a crash the gateway is
 * asked first what it did, for it may forget the key. Throws while it cannot be reached: the lane is tried again then.
 * A no of the gateway ends the decision, and the payment is in review again.
 */
export async function giveBack(
  container: MedusaContainer,
  claim: Claim,
  { id, detail }: Extract<Instruction, { kind: "refund" }>
): Promise<void> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const { account, gateway, notifyUrl } = ipn.account(claim.accountId)
  let events = await ipn.readLane(claim.laneId)
  const expected = await expectedOf(ipn, claim, events, detail)
  const effect = { laneId: claim.laneId, kind: "give_back", objectId: id }
  const wasCut = await ipn.effects.wasInterrupted(effect)
  if (wasCut && gateway.operations?.fetch) {
    await tell(ipn, claim, await gateway.operations.fetch(expected, account, ipn.io))
    events = await ipn.readLane(claim.laneId)
  }
  const facts = fold(events)
  if (wasCut && isGivenBack(facts, detail)) {
    await ipn.effects.during(effect, { found: true }, () => Promise.resolve({}))
    await ipn.decisions.end(id)
    return
  }
  const call = gateway.operations?.[detail.by]
  const refusal = call ? whyNot(facts, detail) : `${gateway.title} offers no ${detail.by}.`
  if (!call || refusal) {
    await ipn.decisions.end(id, { error: refusal ?? "" })
    return
  }
  try {
    await ipn.effects.during(effect, { ...detail }, async () => {
      const input = { expected, money: detail.money, key: id, notifyUrl }
      await tell(ipn, claim, await call(input, account, ipn.io))
      return {}
    })
    await ipn.decisions.end(id)
  } catch (error) {
    if (!(error instanceof GatewayRefusedError)) throw error
    await ipn.decisions.end(id, { error: error.message.slice(0, 2_000) })
    container
      .resolve<Logger>(ContainerRegistrationKeys.LOGGER)
      .warn(
        `[ipn] [${claim.accountId}] ${gateway.title} refused what was decided for ${claim.key}: ${error.message}`
      )
  }
}

/** A payment that is unknown here is named to the gateway by its own id. */
async function expectedOf(
  ipn: IpnModuleService,
  { accountId, key }: Claim,
  events: readonly PaymentEvent[],
  { by, money }: RefundDetail
): Promise<Expected> {
  const { kind, value } = readLaneKey(key)
  const known = kind === "ref" ? await ipn.findExpected(accountId, value) : undefined
  const told = [...new Set(events.flatMap(({ gatewayPayment }) => gatewayPayment ?? []))]
  const others = [...(known?.gatewayPayments ?? []), ...told]
  const paid = paymentToGiveBack(events, told, { by, money })
  const gatewayPayments = [...new Set(others)].filter((id) => id !== paid)
  return {
    reference: value,
    money,
    ...known,
    gatewayPayments: paid ? [...gatewayPayments, paid] : gatewayPayments,
  }
}

/** Of several payments of the gateway for one reference: the latest that holds so much. */
function paymentToGiveBack(
  events: readonly PaymentEvent[],
  payments: readonly string[],
  { by, money }: Pick<RefundDetail, "by" | "money">
): string | undefined {
  const holding = payments.flatMap((id) => {
    const told = events.filter(({ gatewayPayment }) => gatewayPayment === id)
    const left = refundable(fold(told))
    const holds = left?.by === by && left.money.currency === money.currency && compare(left.money, money) >= 0
    return holds ? [{ id, at: Math.max(...told.map(({ occurredAt }) => occurredAt?.getTime() ?? 0)) }] : []
  })
  return holding.sort((a, b) => b.at - a.at)[0]?.id
}

/** What the gateway says belongs to this lane: to the payment by its reference, or by the gateway's id where that is all. */
async function tell(
  ipn: IpnModuleService,
  { accountId, key }: Claim,
  told: readonly PaymentEvent[]
): Promise<void> {
  const { kind, value } = readLaneKey(key)
  const own = kind === "ref" ? { reference: value } : { gatewayPayment: value }
  await ipn.storeEvents(
    accountId,
    told.map((event) => ({ ...own, ...event }))
  )
}

function isGivenBack(facts: Facts, { by, money, returned: before }: RefundDetail): boolean {
  if (by === "cancel") return facts.authorized.length === 0 && facts.captured.length === 0
  return compare(returned(facts, money.currency), add(before, money)) >= 0
}

/** What changed between the decision and now: the same money is never given back twice. */
function whyNot(facts: Facts, { by, money }: RefundDetail): string | undefined {
  const left = refundable(facts)
  const isThere = left?.by === by && left.money.currency === money.currency && compare(left.money, money) >= 0
  return isThere ? undefined : "Meanwhile there is less to give back than was decided."
}

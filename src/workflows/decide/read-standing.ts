import type { MedusaContainer } from "@medusajs/framework/types"
import { fold, type Facts } from "../../domain/fold"
import { readLaneKey } from "../../domain/lane-key"
import type { Money } from "../../domain/money"
import type { PaymentEvent } from "../../domain/payment-event"
import {
  decidable,
  possibleDecisions,
  refundable,
  type DecidableReason,
  type DecisionKind,
} from "../../domain/possible-decisions"
import { seenToken } from "../../domain/seen"
import type { DecidedLane, Decision } from "../../modules/ipn/decisions/decisions"
import type { ExpectedPayment } from "../../modules/ipn/inbox/expected-payments"
import { ipnModule } from "../../modules/ipn/name"
import type IpnModuleService from "../../modules/ipn/service"
import { readHandled } from "../settle/read-handled"

/** A payment as a person sees it before deciding about it. */
export type Standing = Readonly<{
  lane_id: string
  account_id: string
  state: string
  reason: string | null
  /** What was asked for, or what the cart costs now. */
  expected: Money | null
  facts: Pick<
    Facts,
    "authorized" | "captured" | "refunded" | "refunds" | "holds" | "otherReceivers" | "modes"
  >
  /** Whether it is being settled just now: nothing can be decided meanwhile. */
  busy: boolean
  order_id: string | null
  cart_id: string | null
  /** What can be decided; empty when nothing is to be decided. */
  possible: readonly DecisionKind[]
  decisions: readonly Decision[]
  /** To be sent back with a decision: it is refused when this is not the payment's state any more. */
  seen: string
}>

/** A standing, and what deciding needs besides. */
export type Decidable = Readonly<{
  standing: Standing
  lane: DecidedLane
  facts: Facts
  events: readonly PaymentEvent[]
  reason: DecidableReason | undefined
  /** Absent where the payment is unknown. */
  expected: ExpectedPayment | undefined
}>

/** Reads a lane for deciding, without writing anything; undefined when there is no such lane. */
export async function readDecidable(
  container: MedusaContainer,
  laneId: string
): Promise<Decidable | undefined> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const lane = await ipn.decisions.lane(laneId)
  if (!lane) return undefined
  const settings = await ipn.settings.read()
  const [{ handled }, decisions, expected] = await Promise.all([
    readHandled(container, { laneId, accountId: lane.account_id }, settings),
    ipn.decisions.ofLane(laneId),
    readExpected(ipn, lane),
  ])
  const facts = fold(handled)
  const reason = decidable(lane.state, lane.reason)
  const asked = reason === "cart_changed" ? readMoney(lane.detail?.["expected"]) : expected?.money
  const standing = {
    lane_id: lane.id,
    account_id: lane.account_id,
    state: lane.state,
    reason: lane.reason,
    expected: asked ?? null,
    facts: pick(facts),
    busy: lane.is_busy,
    order_id: lane.order_id,
    cart_id: lane.cart_id,
    possible: reason
      ? possibleHere(ipn, lane.account_id, possibleDecisions(reason, facts, asked), facts)
      : [],
    decisions,
    seen: seenToken({ state: lane.state, reason: lane.reason, facts, decisions: decisions.length }),
  }
  return { standing, lane, facts, events: handled, reason, expected }
}

/** Money can be given back only where the gateway does so on our word. */
function possibleHere(
  ipn: IpnModuleService,
  accountId: string,
  possible: readonly DecisionKind[],
  facts: Facts
): DecisionKind[] {
  const { gateway, takenOver } = ipn.account(accountId)
  const by = refundable(facts)?.by
  const canRefund = !takenOver && by !== undefined && gateway.operations?.[by] !== undefined
  return possible.filter((kind) => kind !== "refund" || canRefund)
}

async function readExpected(
  ipn: IpnModuleService,
  { account_id, key }: DecidedLane
): Promise<ExpectedPayment | undefined> {
  const { kind, value } = readLaneKey(key)
  if (kind === "ref") return ipn.peekExpected(account_id, value)
  return kind === "pay" ? ipn.findExpectedByGatewayPayment(account_id, value) : undefined
}

function pick(facts: Facts): Standing["facts"] {
  const { authorized, captured, refunded, refunds, holds, otherReceivers, modes } = facts
  return { authorized, captured, refunded, refunds, holds, otherReceivers, modes }
}

function readMoney(value: unknown): Money | undefined {
  if (typeof value !== "object" || value === null) return undefined
  const { amount, currency } = value as Partial<Record<keyof Money, unknown>>
  return typeof amount === "string" && typeof currency === "string" ? { amount, currency } : undefined
}

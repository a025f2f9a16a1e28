import type { MedusaContainer } from "@medusajs/framework/types"
import { createStep, createWorkflow, StepResponse, WorkflowResponse } from "@medusajs/framework/workflows-sdk"
import { policyOf, type Settings } from "../../config/settings"
import { fold } from "../../domain/fold"
import { readLaneKey } from "../../domain/lane-key"
import type { PaymentEvent } from "../../domain/payment-event"
import { plan, type Ruling } from "../../domain/plan"
import { tellPlan, type Told } from "../../domain/tell-plan"
import type { DecidedLane } from "../../modules/ipn/decisions/decisions"
import type { ExpectedPayment } from "../../modules/ipn/inbox/expected-payments"
import { ipnModule } from "../../modules/ipn/name"
import type IpnModuleService from "../../modules/ipn/service"
import { handledOf } from "../settle/read-handled"
import { readStore } from "../settle/read-store"

export const dryRunWorkflowId = "ipn-dry-run"

/** A lane that may not be there yet. */
export type DryLane = Pick<DecidedLane, "account_id" | "key"> & Partial<Pick<DecidedLane, "id" | "state">>

type Supposed = Readonly<{
  /** As if a person had decided so. */
  ruling?: Ruling
  /** As if these had been told too. */
  events?: readonly PaymentEvent[]
}>

/**
 * What settling a lane now would do, in plain words; writes nothing and asks no gateway. What depends on an answer of the
 * gateway is not looked through: then it says that the gateway will be asked.
 */
export async function dryRunLane(
  container: MedusaContainer,
  lane: DryLane,
  supposed: Supposed = {}
): Promise<Told[]> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const settings = await ipn.settings.read()
  const { kind, value } = readLaneKey(lane.key)
  const { gateway } = ipn.account(lane.account_id)
  switch (kind) {
    case "obj":
      return [{ kind: "nothing", text: "nothing to do in the store: it is about no single payment" }]
    case "msg":
      return [{ kind: "confirm", text: `will ask ${gateway.title} whether the message is its own` }]
    case "pay":
    case "ref": {
      const expected =
        kind === "ref"
          ? await ipn.peekExpected(lane.account_id, value)
          : await ipn.findExpectedByGatewayPayment(lane.account_id, value)
      const will = expected
        ? await dryRunPayment(container, lane, expected, settings, supposed)
        : [{ kind: "unmatched", text: "nothing to do: the payment is unknown here" }]
      return [...whatFirst(lane, settings), ...will]
    }
  }
}

function whatFirst({ account_id }: DryLane, { accounts }: Settings): Told[] {
  return accounts.paused.includes(account_id)
    ? [{ kind: "paused", text: `nothing before the account ${account_id} goes on: it is paused` }]
    : []
}

async function dryRunPayment(
  container: MedusaContainer,
  lane: DryLane,
  expected: ExpectedPayment,
  settings: Settings,
  supposed: Supposed
): Promise<Told[]> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const { account, gateway } = ipn.account(expected.accountId)
  const own = lane.id ? await ipn.readLane(lane.id) : []
  // A lane that is known by the gateway's id only joins that of our reference.
  const joined = lane.key.startsWith("pay:")
    ? await ipn.readReference(lane.account_id, expected.reference)
    : []
  const events = [...own, ...joined, ...(supposed.events ?? [])]
  const facts = fold(handledOf(events, expected.accountId, settings).handled)
  const laneId = lane.id ?? ""
  const ruling = supposed.ruling ?? (await ipn.decisions.ruling(laneId, facts))
  const { view, ids, isMedusaBooking } = await readStore(container, { laneId, expected })
  const cut = expected.cartId ? await ipn.effects.completionStartedAt(expected.cartId) : undefined
  const next = plan(facts, { money: expected.money, mode: account.mode }, view, policyOf(settings), {
    now: Date.now(),
    ...(ruling ? { ruling } : {}),
  })
  return [
    ...(cut
      ? [{ kind: "undo_completion", text: "will take back an order that a crash left half made" }]
      : []),
    ...(isMedusaBooking
      ? [{ kind: "wait", text: "will wait until Medusa has booked what it is booking" }]
      : []),
    ...tellPlan(next, { gateway: gateway.title, orderId: ids.orderId }),
  ]
}

/** What a dry run says of a lane; `not_found` when there is none. */
export type DryRun = Readonly<{ kind: "dry_run"; will: readonly Told[] }> | Readonly<{ kind: "not_found" }>

const dryRunStep = createStep("ipn-dry-run-step", async (input: { lane_id: string }, { container }) => {
  const lane = await container.resolve<IpnModuleService>(ipnModule).decisions.lane(input.lane_id)
  const answer: DryRun = lane
    ? { kind: "dry_run", will: await dryRunLane(container, lane) }
    : { kind: "not_found" }
  return new StepResponse(answer)
})

/** What settling a lane now would do, in plain words; writes nothing. */
export const dryRunWorkflow = createWorkflow(dryRunWorkflowId, (input: { lane_id: string }) => {
  return new WorkflowResponse(dryRunStep(input))
})

import { setTimeout as pause } from "node:timers/promises"
import type { MedusaContainer } from "@medusajs/framework/types"
import { createStep, createWorkflow, StepResponse, WorkflowResponse } from "@medusajs/framework/workflows-sdk"
import { ulid } from "ulid"
import type { Told } from "../../domain/tell-plan"
import type { NewDecision } from "../../modules/ipn/decisions/decisions"
import { ipnModule } from "../../modules/ipn/name"
import type IpnModuleService from "../../modules/ipn/service"
import { withOrderId } from "./attach-target"
import type { Standing } from "./read-standing"
import { weigh, type Weight, type Weighed, type Wish } from "./weigh"

export const decideWorkflowId = "ipn-decide"
export const previewDecisionWorkflowId = "ipn-preview-decision"

/** How long a decision waits for what the store is just trying by itself, which mostly changes nothing. */
export const patienceMs = 5_000
const everyMs = 100

export type DecideInput = Wish &
  Readonly<{
    /** The `seen` of the standing that the person looked at, as a preview of the same wish says it. */
    seen: string
    /** Who decides. */
    actor_id: string
    /** Why. */
    note: string
    /** Epoch milliseconds: how long to wait for what the store is just trying by itself. Default: {@link patienceMs}. */
    wait_until?: number
  }>

/** What became of a decision. `conflict` is for a 409: the payment is not any more what the person saw. */
export type Decided =
  | Readonly<{ kind: "decided"; decision_id: string; will: readonly Told[] }>
  | Readonly<{ kind: "conflict"; now: Standing }>
  | Exclude<Weighed, { kind: "possible" }>

/**
 * Decides about a payment in review: writes who decided what and why, and lets the payment be settled accordingly. What
 * moves money is done by that settling, once, also after a crash.
 */
export async function decide(container: MedusaContainer, named: DecideInput): Promise<Decided> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const input = await withOrderId(container, named)
  const until = input.wait_until ?? Date.now() + patienceMs
  // Two payments that are attached to one order at once would both find it unpaid.
  const subject = input.order_id ?? input.lane_id
  const decided = await ipn.lock.hold(`decide:${subject}`, async (): Promise<Decided> => {
    for (;;) {
      const weight = await weigh(container, input)
      const { weighed } = weight
      if (weighed.kind === "not_found") return weighed
      const { now } = weighed
      if (now.seen !== input.seen) return { kind: "conflict", now }
      if (!now.busy) {
        if (weighed.kind !== "possible") return weighed
        const id = await ipn.decisions.record(newDecision(input, weight))
        if (id) return { kind: "decided", decision_id: id, will: weighed.will }
      }
      if (Date.now() >= until) return { kind: "conflict", now }
      await pause(everyMs)
    }
  })
  ipn.wake()
  return decided
}

function newDecision(input: DecideInput, { decidable, refund, target, weighed }: Weight): NewDecision {
  const { lane, facts, reason } = decidable!
  const decision = {
    laneId: lane.id,
    version: lane.version,
    kind: input.kind,
    reason: reason!,
    facts,
    actorId: input.actor_id,
    note: input.note,
  }
  if (refund) return { ...decision, detail: refund }
  if (!target) return decision
  const unique = ulid()
  const laneId = `ipnlane_${unique}`
  const differs = weighed.kind === "possible" && weighed.difference !== undefined
  return {
    ...decision,
    detail: {
      ...(target.kind === "cart" ? { cart_id: target.id } : { order_id: target.id }),
      reference: `payses_${unique}`,
      lane_id: laneId,
      collection_id: `pay_col_${unique}`,
      money: target.money,
    },
    ...(differs && input.accept ? { also: { laneId, kind: input.accept } } : {}),
  }
}

const decideStep = createStep("ipn-decide-step", async (input: DecideInput, { container }) => {
  return new StepResponse(await decide(container, input))
})

const previewDecisionStep = createStep("ipn-preview-decision-step", async (input: Wish, { container }) => {
  return new StepResponse((await weigh(container, input)).weighed)
})

/** {@link decide} as a workflow. */
export const decideWorkflow = createWorkflow(decideWorkflowId, (input: DecideInput) => {
  return new WorkflowResponse(decideStep(input))
})

/** What a decision would do, in plain words; writes nothing. Its `now.seen` is what deciding needs. */
export const previewDecisionWorkflow = createWorkflow(previewDecisionWorkflowId, (input: Wish) => {
  return new WorkflowResponse(previewDecisionStep(input))
})

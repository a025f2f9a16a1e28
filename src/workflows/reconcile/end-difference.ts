import { createStep, createWorkflow, StepResponse, WorkflowResponse } from "@medusajs/framework/workflows-sdk"
import { ipnModule } from "../../modules/ipn/name"
import type IpnModuleService from "../../modules/ipn/service"

export const pullDifferenceWorkflowId = "ipn-pull-difference"
export const explainDifferenceWorkflowId = "ipn-explain-difference"

type Pull = { difference_id: string; actor_id: string }

const pullDifferenceStep = createStep("ipn-pull-difference-step", async (input: Pull, { container }) => {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  return new StepResponse(await ipn.comparing.pull(input.difference_id, input.actor_id))
})

/** Stores what the gateway said of a payment that differs, which is then settled like any message. */
export const pullDifferenceWorkflow = createWorkflow(pullDifferenceWorkflowId, (input: Pull) => {
  return new WorkflowResponse(pullDifferenceStep(input))
})

type Explain = Pull & { note: string }

const explainDifferenceStep = createStep(
  "ipn-explain-difference-step",
  async (input: Explain, { container }) => {
    const ipn = container.resolve<IpnModuleService>(ipnModule)
    return new StepResponse(await ipn.comparing.explain(input.difference_id, input.actor_id, input.note))
  }
)

/** Notes that a difference is right as it is, with who said so and why. */
export const explainDifferenceWorkflow = createWorkflow(explainDifferenceWorkflowId, (input: Explain) => {
  return new WorkflowResponse(explainDifferenceStep(input))
})

import { createStep, createWorkflow, StepResponse, WorkflowResponse } from "@medusajs/framework/workflows-sdk"
import { ipnModule } from "../../modules/ipn/name"
import type IpnModuleService from "../../modules/ipn/service"

export const compareWithGatewayWorkflowId = "ipn-compare-with-gateway"

type Input = { account_id: string; from: Date | string; to: Date | string; actor_id?: string }

const startComparisonStep = createStep("ipn-start-comparison", async (input: Input, { container }) => {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  const started = await ipn.comparing.start({
    accountId: input.account_id,
    from: new Date(input.from),
    to: new Date(input.to),
    ...(input.actor_id ? { actorId: input.actor_id } : {}),
  })
  return new StepResponse(started)
})

/** Starts comparing a period with what an account's gateway says of it; the job makes it within a minute. */
export const compareWithGatewayWorkflow = createWorkflow(compareWithGatewayWorkflowId, (input: Input) => {
  return new WorkflowResponse(startComparisonStep(input))
})

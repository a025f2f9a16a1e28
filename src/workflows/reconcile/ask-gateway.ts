import { createStep, createWorkflow, StepResponse, WorkflowResponse } from "@medusajs/framework/workflows-sdk"
import { ipnModule } from "../../modules/ipn/name"
import type IpnModuleService from "../../modules/ipn/service"

export const askGatewayWorkflowId = "ipn-ask-gateway"

type Input = { account_id: string; reference: string }

const askGatewayStep = createStep("ipn-ask-gateway-step", async (input: Input, { container }) => {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  return new StepResponse(await ipn.asking.askNow(input.account_id, input.reference))
})

/**
 * Asks a gateway about one payment now: what it told, and how many statements of it were new. They are settled like
 * those of a message. At most once in ten seconds: then `too_soon`.
 */
export const askGatewayWorkflow = createWorkflow(askGatewayWorkflowId, (input: Input) => {
  return new WorkflowResponse(askGatewayStep(input))
})

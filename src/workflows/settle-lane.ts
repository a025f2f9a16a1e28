import { createStep, createWorkflow, StepResponse, WorkflowResponse } from "@medusajs/framework/workflows-sdk"
import type { Claim } from "../modules/ipn/inbox/claim-lanes"
import { settleLaneWorkflowId } from "../modules/ipn/service"
import { settleLane } from "./settle/settle-lane"

export { settleLaneWorkflowId }

/** Settles one claimed lane. Without compensation: what was done stays, and the next attempt does what is missing. */
export const settleLaneStep = createStep("ipn-settle-lane-step", async (claim: Claim, { container }) => {
  await settleLane(container, claim)
  return new StepResponse(undefined)
})

/** Makes the store agree with all payment events of one payment. Run by the worker for each claim. */
export const settleLaneWorkflow = createWorkflow(settleLaneWorkflowId, (claim: Claim) => {
  settleLaneStep(claim)
  return new WorkflowResponse(undefined)
})

export { settleLaneWorkflow } from "./settle-lane"
export { askGatewayWorkflow } from "./reconcile/ask-gateway"
export { compareWithGatewayWorkflow } from "./reconcile/compare-with-gateway"
export { explainDifferenceWorkflow, pullDifferenceWorkflow } from "./reconcile/end-difference"

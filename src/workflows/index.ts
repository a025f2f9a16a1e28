export { settleLaneWorkflow } from "./settle-lane"

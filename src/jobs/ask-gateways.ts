import type { MedusaContainer } from "@medusajs/framework/types"
import { ipnModule } from "../modules/ipn/name"
import type IpnModuleService from "../modules/ipn/service"

/** Asks gateways about payments of which nothing, or not enough, was told for too long. */
export default async function askGateways(container: MedusaContainer): Promise<void> {
  await container.resolve<IpnModuleService>(ipnModule).asking.askDue()
}

export const config = { name: "ipn-ask-gateways", schedule: "* * * * *" }

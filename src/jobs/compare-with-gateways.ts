import type { MedusaContainer } from "@medusajs/framework/types"
import { ipnModule } from "../modules/ipn/name"
import type IpnModuleService from "../modules/ipn/service"

/** Makes the comparisons with gateways that wait, and those that a crash cut. */
export default async function compareWithGateways(container: MedusaContainer): Promise<void> {
  await container.resolve<IpnModuleService>(ipnModule).comparing.run()
}

export const config = { name: "ipn-compare-with-gateways", schedule: "* * * * *" }

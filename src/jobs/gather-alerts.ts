import type { MedusaContainer } from "@medusajs/framework/types"
import { ipnModule } from "../modules/ipn/name"
import type IpnModuleService from "../modules/ipn/service"

/** Gathers new issues into mails to the alert addresses. */
export default async function gatherAlerts(container: MedusaContainer): Promise<void> {
  await container.resolve<IpnModuleService>(ipnModule).alerts.tellDigests()
}

export const config = { name: "ipn-gather-alerts", schedule: "* * * * *" }

import type { MedusaContainer } from "@medusajs/framework/types"
import { ipnModule } from "../modules/ipn/name"
import type IpnModuleService from "../modules/ipn/service"

/** Tells the merchant what the day before brought: once, in the first hours of the next. */
export default async function tellDay(container: MedusaContainer): Promise<void> {
  await container.resolve<IpnModuleService>(ipnModule).alerts.tellDay()
}

export const config = { name: "ipn-tell-day", schedule: "11 * * * *" }

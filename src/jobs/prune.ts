import type { MedusaContainer } from "@medusajs/framework/types"
import { ipnModule } from "../modules/ipn/name"
import type IpnModuleService from "../modules/ipn/service"

/** Drops payloads and rows that were kept long enough. */
export default async function prune(container: MedusaContainer): Promise<void> {
  await container.resolve<IpnModuleService>(ipnModule).retention.prune()
}

export const config = { name: "ipn-prune", schedule: "23 * * * *" }

import type { MedusaContainer } from "@medusajs/framework/types"
import { ipnModule } from "../modules/ipn/name"
import type IpnModuleService from "../modules/ipn/service"

/** Raises and resolves what can be seen of orders: unpaid for too long, or other money than in the ledger. */
export default async function watchOrders(container: MedusaContainer): Promise<void> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  await ipn.watching.watchOrders(await ipn.settings.read())
}

export const config = { name: "ipn-watch-orders", schedule: "7 * * * *" }

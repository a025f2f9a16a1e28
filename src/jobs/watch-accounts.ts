import type { MedusaContainer } from "@medusajs/framework/types"
import { ipnModule } from "../modules/ipn/name"
import type IpnModuleService from "../modules/ipn/service"

/** Raises and resolves what can be seen of accounts: payments that cannot be handled, refused calls, silence, deadlines. */
export default async function watchAccounts(container: MedusaContainer): Promise<void> {
  const ipn = container.resolve<IpnModuleService>(ipnModule)
  await ipn.watching.watchAccounts(await ipn.settings.read())
}

export const config = { name: "ipn-watch-accounts", schedule: "* * * * *" }

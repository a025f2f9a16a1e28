import type { ConfigModule, MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { ipnModule } from "../../modules/ipn/name"
import type IpnModuleService from "../../modules/ipn/service"

/** Where the store's admin is reached, without a trailing slash: `https://shop.example.com/app`. */
export function adminAddress(container: MedusaContainer): string {
  const { publicUrl } = container.resolve<IpnModuleService>(ipnModule).configuration
  const config = container.resolve<ConfigModule>(ContainerRegistrationKeys.CONFIG_MODULE)
  const path = (config.admin?.path ?? "/app").replace(/^\/?/, "/").replace(/\/+$/, "")
  return `${publicUrl}${path}`
}
